import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { z } from 'zod'

import type { RememberedSource, SourceCatalogue } from '../sources/source-catalogue.ts'

const schema = z.object({
  fingerprint: z.string(),
  store: z.string(),
  identity: z.string(),
  header: z.base64(),
  objects: z.array(z.object({ path: z.string(), nonce: z.string(), size: z.int().nonnegative(), sha256: z.string() })),
  complete: z.boolean(),
})

/**
 * Remembers in a folder what was uploaded, so that another process does not upload it again. Its files hold the keys of
 * what was shared: they are made for their owner alone (0600 in a folder of 0700).
 */
export function folderCatalogue(folder: string): SourceCatalogue {
  const fileOf = (fingerprint: string, store: string) => join(folder, `${fingerprint}-${shortOf(store)}.json`)
  return {
    async find(fingerprint, store) {
      const text = await readFile(fileOf(fingerprint, store), 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new GantryError('unavailable', 'The catalogue of what was shared cannot be read.', { cause: error })
      })
      if (text === undefined) return undefined
      const found = parse(text)
      return found?.store === store ? found : undefined
    },
    async save(source) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeSecret(fileOf(source.fingerprint, source.store), JSON.stringify(source))
      } catch (error) {
        throw new GantryError('unavailable', 'The catalogue of what was shared cannot be written.', { cause: error })
      }
    },
  }
}

/** All of it or nothing, and for its owner alone. */
async function writeSecret(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A damaged record is none: what it names is uploaded anew, under a new key. */
function parse(text: string): RememberedSource | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Of a URL, for a file's name. */
function shortOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16)
}
