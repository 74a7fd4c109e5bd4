import { chmodSync, existsSync, fsyncSync, openSync, closeSync, readFileSync, renameSync, writeSync } from 'node:fs'

import { GantryError } from '@gantry/core'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'

import { randomHex, webRandom } from '../random-text.ts'
import type { SigningKey, SigningKeys } from '../tokens/signing-keys.ts'

const jwkSchema = z.looseObject({ kid: z.string().min(1), alg: z.string().min(1), kty: z.string() })
const fileSchema = z.object({
  version: z.literal(1),
  /** Private. */
  current: jwkSchema,
  /** Public; until its last token has lapsed. */
  previous: z.array(z.object({ until: z.number(), key: jwkSchema })),
})
type KeyFile = z.infer<typeof fileSchema>

/** The keys of a hub, in a file that its owner alone may read. */
export interface SigningKeyFile extends SigningKeys {
  /** New tokens are signed with a new key; those of the old one hold until they lapse. */
  rotate(lifetime: number): Promise<void>
}

/** Opens the file, or makes it with a fresh key. */
export async function openSigningKeys(file: string, clock: () => number): Promise<SigningKeyFile> {
  if (!existsSync(file)) save(file, { version: 1, current: await freshKey(), previous: [] })
  let held = load(file)
  return {
    get current() {
      return keyOf(held.current)
    },
    get verifying() {
      const living = held.previous.filter(({ until }) => until > clock()).map(({ key }) => keyOf(key))
      return [keyOf(publicOf(held.current)), ...living]
    },
    async rotate(lifetime) {
      const previous = held.previous.filter(({ until }) => until > clock())
      const next: KeyFile = {
        version: 1,
        current: await freshKey(),
        previous: [{ until: clock() + lifetime, key: publicOf(held.current) }, ...previous],
      }
      save(file, next)
      held = next
    },
  }
}

async function freshKey(): Promise<KeyFile['current']> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: randomHex(webRandom, 16), alg: 'EdDSA', kty: 'OKP' }
}

/** Named one by one: what is not known to be public is not. */
function publicOf({ kid, alg, kty, crv, x }: KeyFile['current']): KeyFile['current'] {
  return { kid, alg, kty, crv, x }
}

function keyOf(jwk: KeyFile['current']): SigningKey {
  return { kid: jwk.kid, alg: jwk.alg, jwk }
}

function load(file: string): KeyFile {
  try {
    chmodSync(file, 0o600)
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new GantryError('invalid', 'The file of signing keys is damaged: restore it, or remove it to begin anew.', {
      cause,
    })
  }
}

/** Whole or not at all, and on the disk. */
function save(file: string, keys: KeyFile): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    const descriptor = openSync(temporary, 'w', 0o600)
    writeSync(descriptor, `${JSON.stringify(keys, undefined, 2)}\n`)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, file)
  } catch (cause) {
    throw new GantryError('read_only', 'The signing keys cannot be kept: the folder takes no files.', { cause })
  }
}
