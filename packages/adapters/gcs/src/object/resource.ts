import type { Digests, SizedEntry } from '@gantry/core/driver'
import * as z from 'zod'

import { hexOfBase64 } from '../bytes/crc32c.ts'
import { readModified } from './metadata.ts'

/** What the JSON API tells of an object. */
export const resourceSchema = z.object({
  name: z.string(),
  size: z.string().regex(/^\d{1,16}$/u),
  generation: z.string().regex(/^\d{1,20}$/u),
  crc32c: z.string().optional(),
  md5Hash: z.string().optional(),
  timeCreated: z.string().optional(),
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  storageClass: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  retention: z.object({ mode: z.string().optional(), retainUntilTime: z.string().optional() }).optional(),
  retentionExpirationTime: z.string().optional(),
})

export type Resource = z.output<typeof resourceSchema>

/** Asked for by name, because there is much more: access lists above all. */
export const resourceFields = Object.keys(resourceSchema.shape).join(',')

export function entryOfResource(path: string, resource: Resource): SizedEntry {
  const { contentType, contentEncoding, metadata, storageClass: tier } = resource
  const digests = digestsOf(resource.crc32c, resource.md5Hash)
  const modified = readModified((name) => metadata?.[name]) ?? timeOf(resource.timeCreated)
  return {
    path,
    size: Number(resource.size),
    version: resource.generation,
    ...(digests !== undefined && { digests }),
    ...(modified !== undefined && { modified }),
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && contentEncoding !== '' && { contentEncoding }),
    ...(tier !== undefined && { tier }),
  }
}

/** What the service says of the bytes: of objects of several components it knows no MD5. */
export function digestsOf(crc32cText: string | undefined, md5Text: string | undefined): Digests | undefined {
  const crc32c = hexOfBase64(crc32cText, 4)
  const md5 = hexOfBase64(md5Text, 16)
  if (crc32c === undefined && md5 === undefined) return undefined
  return { ...(crc32c !== undefined && { crc32c }), ...(md5 !== undefined && { md5 }) }
}

export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}
