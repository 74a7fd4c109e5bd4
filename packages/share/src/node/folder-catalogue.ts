import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { makeFolder, replaceFile } from '@gantry/transfer'

import { parseRemembered } from '../sources/parse-remembered.ts'
import type { SourceCatalogue } from '../sources/source-catalogue.ts'

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
      const found = parseRemembered(text)
      return found?.store === store ? found : undefined
    },
    async save(source) {
      try {
        makeFolder(folder)
        await replaceFile(fileOf(source.fingerprint, source.store), JSON.stringify(source))
      } catch (error) {
        throw new GantryError('unavailable', 'The catalogue of what was shared cannot be written.', { cause: error })
      }
    },
  }
}

/** Of a URL, for a file's name. */
function shortOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16)
}
