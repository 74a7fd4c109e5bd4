import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as tls from 'node:tls'

import { isGantryError } from '@gantry/core'

import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Trusts the certificates of a bundle (`--ca`) beside those that are trusted anyway, in all that this process connects to:
 * stores, clouds, registries. Answers what takes that back.
 */
export async function trustBundle(cwd: string, file: string): Promise<() => void> {
  const path = resolve(cwd, file)
  const bundle = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`The certificates to trust cannot be read: ${printable(path)}`, { cause })
  })
  // Node 22.19 has it, and 24.5.
  if (tls.setDefaultCACertificates === undefined) {
    throw new UsageError('--ca needs a newer Node, 22.19 or 24.5: set NODE_EXTRA_CA_CERTS instead.')
  }
  const before = tls.getCACertificates('default')
  const { trusting } = await import('@gantry/http/node')
  try {
    tls.setDefaultCACertificates(trusting(bundle))
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message, { cause: error }) : error
  }
  return () => tls.setDefaultCACertificates(before)
}
