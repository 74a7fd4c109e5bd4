import { bytesOf, collect, isGantryError, type Store } from '@gantry/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

import { parseRemembered } from '../sources/parse-remembered.ts'
import type { SourceCatalogue } from '../sources/source-catalogue.ts'

/** Longest record that is read. */
const limit = 64 * 1024 * 1024

/**
 * Remembers in a store what was uploaded, **with its keys**: one that is this user's alone, such as a private folder of
 * the browser. An upload that a closed page interrupted goes on by it.
 */
export function storeCatalogue(store: Store): SourceCatalogue {
  return {
    async find(fingerprint, url) {
      try {
        const { body } = await store.read(pathOf(fingerprint, url))
        const found = parseRemembered(new TextDecoder().decode(await collect(body, limit)))
        return found?.store === url ? found : undefined
      } catch (error) {
        if (isGantryError(error) && error.code === 'not_found') return undefined
        throw error
      }
    },
    async save(source) {
      const bytes = new TextEncoder().encode(JSON.stringify(source))
      await store.write({ path: pathOf(source.fingerprint, source.store), size: bytes.length }, bytesOf(bytes))
    },
  }
}

function pathOf(fingerprint: string, url: string): string {
  return `${fingerprint}-${bytesToHex(sha256(new TextEncoder().encode(url))).slice(0, 16)}.json`
}
