import { notOf } from '@gantry/http'

import type { ResponseHead } from '../http/response-head.ts'

/**
 * Refuses an answer that grants, and is a page for people that a proxy or a network on the way gave instead: HTML, and not a word
 * of the service's own. An object may be HTML as well; then the service tells more of it. Where nothing comes, that is no page.
 */
export function refusePage({ status, headers }: Pick<ResponseHead, 'status' | 'headers'>): void {
  const isGranted = status >= 200 && status < 300 && status !== 204
  if (!isGranted || headers.get('content-length') === '0' || !/^text\/html\b/iu.test(headers.get('content-type') ?? ''))
    return
  if (![...headers.keys()].some((name) => /^x-(?:amzn?|goog)-/u.test(name))) throw notOf('a service that speaks S3')
}
