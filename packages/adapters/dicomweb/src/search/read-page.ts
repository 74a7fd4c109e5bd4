import { type Call, collect, type DicomJson, GantryError } from '@gantry/core/driver'
import { retrying } from '@gantry/http'
import { z } from 'zod'

import type { Service } from '../service.ts'
import type { SearchPlan } from './plan-search.ts'

export interface Page {
  readonly matches: readonly DicomJson[]
  /** The service says that there are more (PS3.18 10.6.3). */
  readonly warned: boolean
}

/** What is none, of one attribute of one match, is as if it were not there: some services say `"Value": null`. */
const elementSchema = z
  .looseObject({ vr: z.string().default('UN').catch('UN'), Value: z.array(z.unknown()).optional().catch(undefined) })
  .catch({ vr: 'UN' })

/** Loose: whatever else stands there is no business of ours. */
const pageSchema = z.array(z.record(z.string(), elementSchema))

/** Longest answer that is taken. */
const longestPage = 256 * 1024 * 1024

/** Asks for one page, again where that may help. */
export async function readPage(
  service: Service,
  plan: SearchPlan,
  window: { readonly offset: number; readonly limit: number },
  call: Call,
): Promise<Page> {
  const { offset, limit } = window
  const query: (readonly [string, string])[] = [...plan.parameters, ['limit', String(limit)]]
  if (offset > 0) query.push(['offset', String(offset)])
  const headers = { accept: 'application/dicom+json' }
  return await retrying(call, async () => {
    const answer = await service.send({ method: 'GET', path: plan.path, query, headers }, call)
    const warned = /^299\b/u.test(answer.header('warning') ?? '')
    return { matches: parse(answer.status, await collect(answer.body, longestPage)), warned }
  })
}

/** No content (204) is a page without matches; another answer without any may be one of which all was lost. */
function parse(status: number, bytes: Uint8Array): readonly DicomJson[] {
  if (status === 204) return []
  const text = new TextDecoder().decode(bytes).trim()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw noMatches()
  }
  const parsed = pageSchema.safeParse(value)
  if (!parsed.success) throw noMatches()
  return parsed.data as readonly DicomJson[]
}

function noMatches(): GantryError {
  return new GantryError(
    'unavailable',
    'What answered a search is no list of matches in DICOM JSON: check that the URL is that of a DICOMweb service, and that no proxy asks to sign in.',
  )
}
