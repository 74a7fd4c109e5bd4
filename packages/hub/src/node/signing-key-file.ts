import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { GantryError } from '@gantry/core'
import { exportJWK, generateKeyPair } from 'jose'
import * as z from 'zod'

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
  if (!existsSync(file)) await save(file, { version: 1, current: await freshKey(), previous: [] }, putIfAbsent)
  // Where another made the file at the same moment, its key is the one that counts.
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
      await save(file, next, rename)
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

/** As `replaceFile` of `transfer`, which a hub may not import: whole or not at all, and on the disk. `put` gives it its name. */
async function save(file: string, keys: KeyFile, put: (from: string, to: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomHex(webRandom, 8)}.tmp`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(keys, undefined, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await put(temporary, file)
  } catch (cause) {
    throw new GantryError('read_only', 'The signing keys cannot be kept: the folder takes no files.', { cause })
  } finally {
    await rm(temporary, { force: true })
  }
  // The name as well; some file systems refuse that for folders.
  const folder = await open(dirname(file), 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

/** Unlike a new name, a link replaces nothing: of those that begin at once, one makes the file. */
async function putIfAbsent(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A file system without links.
    if (code !== 'EEXIST') await rename(from, to)
  }
}
