import * as z from 'zod'

import type { RememberedSource } from './source-catalogue.ts'

const schema = z.object({
  fingerprint: z.string(),
  store: z.string(),
  identity: z.string(),
  header: z.base64(),
  objects: z.array(z.object({ path: z.string(), nonce: z.string(), size: z.int().nonnegative(), sha256: z.string() })),
  complete: z.boolean(),
})

/** A damaged record is none: what it names is uploaded anew, under a new key. */
export function parseRemembered(text: string): RememberedSource | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
