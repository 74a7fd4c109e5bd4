import { generateIdentity, recipientOf } from './identity.ts'
import { openHeader } from './open-header.ts'
import { sealHeader } from './seal-header.ts'

/** What the objects of one source are encrypted with: all begin with the same header. */
export interface SourceKey {
  readonly identity: string
  readonly header: Uint8Array
  /** 16 bytes, wrapped in the header for the identity. */
  readonly fileKey: Uint8Array
}

/** A fresh identity and file key. */
export async function createSourceKey(): Promise<SourceKey> {
  const identity = await generateIdentity()
  return { identity, ...(await sealHeader([await recipientOf(identity)])) }
}

/** The key of which identity and header were kept, for an upload that goes on. */
export async function restoreSourceKey(identity: string, header: Uint8Array): Promise<SourceKey> {
  return { identity, header, fileKey: await openHeader(header, { identity }) }
}
