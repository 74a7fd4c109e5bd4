import type { Call, Thaw, ThawSpeed } from '@gantry/core/driver'

import { S3Failure } from './failure.ts'
import { head } from './object/stat.ts'
import { ask } from './service/ask.ts'
import type { Service } from './service/service.ts'

/** Glacier's names for how fast. */
const speeds = { fast: 'Expedited', standard: 'Standard', bulk: 'Bulk' } as const

/** Asks for a readable copy in Glacier, or out of the archives of Intelligent-Tiering, where none is there or on its way. */
export async function thaw(
  service: Service,
  path: string,
  { days, speed = 'standard' }: { readonly days: number; readonly speed?: ThawSpeed },
  call: Call,
): Promise<Thaw> {
  const { headers } = await head(service, path, call)
  const tier = headers.get('x-amz-storage-class')
  // Intelligent-Tiering moves back what is asked for, and it is ready when nothing is said of an archive any more.
  const archive = headers.get('x-amz-archive-status')
  if (archive === undefined && tier !== 'GLACIER' && tier !== 'DEEP_ARCHIVE') return { ready: true }
  const known = thawOf(headers.get('x-amz-restore'))
  if (known !== undefined && (archive === undefined || !known.ready)) return known
  const { RestoreObjectCommand } = await import('@aws-sdk/client-s3')
  const isDeep = tier === 'DEEP_ARCHIVE' || archive === 'DEEP_ARCHIVE_ACCESS'
  const command = new RestoreObjectCommand({
    Bucket: service.settings.bucket,
    Key: service.keyOf(path),
    RestoreRequest: {
      // What moves back is no copy that would go again: S3 refuses a number of days for it.
      ...(archive === undefined && { Days: days }),
      // Nothing is fast from the deepest class.
      GlacierJobParameters: { Tier: isDeep && speed === 'fast' ? 'Standard' : speeds[speed] },
    },
  })
  try {
    await ask(service, call, async (client, options) => await client.send(command, options))
  } catch (error) {
    // Somebody else has asked meanwhile.
    if (!(error instanceof S3Failure) || error.s3Code !== 'RestoreAlreadyInProgress') throw error
  }
  return { ready: false }
}

/** `ongoing-request="false", expiry-date="Fri, 21 Dec 2026 00:00:00 GMT"`; `undefined` where nothing was asked. */
function thawOf(header: string | undefined): Thaw | undefined {
  if (header === undefined) return undefined
  if (/ongoing-request="true"/u.test(header)) return { ready: false }
  const until = Date.parse(/expiry-date="([^"]{1,64})"/u.exec(header)?.[1] ?? '')
  return { ready: true, ...(!Number.isNaN(until) && { until }) }
}
