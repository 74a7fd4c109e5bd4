import { GantryError } from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { S3Failure } from '../failure.ts'
import type { Service } from '../service/service.ts'

/** What a request that can be made again asks the service to check. */
export interface Checked {
  readonly checksum: Checksum | undefined
  readonly md5: boolean
}

/** Codes of services that refuse headers which they do not know. */
const refusals = new Set(['InvalidArgument', 'InvalidRequest', 'NotImplemented', 'UnsupportedArgument'])

/**
 * Makes a request with a checksum, and once more without where the service refuses it and has never taken one. Only that the
 * second is granted proves that it was for the checksum: then none is sent any more, and MD5s are.
 */
export async function withChecksum<Value>(
  { traits }: Service,
  send: (checked: Checked) => Promise<Value>,
): Promise<Value> {
  const { checksum, md5, proved } = traits
  try {
    return await send({ checksum, md5 })
  } catch (error) {
    if (checksum === undefined || proved || !isRefusal(error)) throw error
    const value = await send({ checksum: undefined, md5 }).catch(() => {
      throw error
    })
    traits.learnChecksums(false, false)
    return value
  }
}

/** The same for a body that passes once, and cannot be sent again: who knows the service is told what to say of it. */
export async function withChecksumOnce<Value>({ traits }: Service, send: () => Promise<Value>): Promise<Value> {
  const { checksum, proved } = traits
  try {
    return await send()
  } catch (error) {
    if (checksum === undefined || proved || !isRefusal(error)) throw error
    const message = 'The service refused the object: if it takes no checksums, give the option checksum "md5".'
    throw new GantryError('invalid', message, { cause: error })
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof S3Failure && refusals.has(error.s3Code)
}
