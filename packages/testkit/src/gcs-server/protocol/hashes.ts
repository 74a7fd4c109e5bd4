import { createHash } from 'node:crypto'

import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import { crc32c as addToCrc } from '@node-rs/crc32'
import { GcsError } from './gcs-error.ts'

/** In base64, as GCS writes them. An object of several components has no MD5. */
export interface Hashes {
  readonly crc32c?: string
  readonly md5?: string
}

/** Takes in bytes as they come. */
export class RunningHashes {
  #crc = 0
  readonly #md5 = createHash('md5')

  update(chunk: Uint8Array): void {
    this.#crc = addToCrc(chunk, this.#crc)
    this.#md5.update(chunk)
  }

  finish(): { readonly crc32c: string; readonly md5: string } {
    return { crc32c: base64OfCrc(this.#crc), md5: this.#md5.digest('base64') }
  }
}

export async function hashesOf(bytes: StoredBytes): Promise<{ readonly crc32c: string; readonly md5: string }> {
  const running = new RunningHashes()
  for await (const chunk of bytes.read(0, bytes.size)) running.update(chunk)
  return running.finish()
}

/** Of a header: `crc32c=…,md5=…`. */
export function parseHashes(header: string | undefined): Hashes {
  const hashes: { crc32c?: string; md5?: string } = {}
  for (const pair of (header ?? '').split(',')) {
    const [, name, value] = /^\s*(crc32c|md5)=(\S+)\s*$/u.exec(pair) ?? []
    if (value !== undefined && (name === 'crc32c' || name === 'md5')) hashes[name] = value
  }
  return hashes
}

export function formatHashes({ crc32c, md5 }: Hashes): string {
  return [crc32c === undefined ? [] : `crc32c=${crc32c}`, md5 === undefined ? [] : `md5=${md5}`].flat().join(',')
}

/** Refuses what is not what the client said that it is. */
export function checkHashes(claimed: readonly Hashes[], right: Hashes): void {
  for (const { crc32c, md5 } of claimed) {
    if (crc32c !== undefined && crc32c !== right.crc32c) throw mismatch('CRC32C', crc32c, right.crc32c)
    if (md5 !== undefined && md5 !== right.md5) throw mismatch('MD5 hash', md5, right.md5)
  }
}

export function base64OfCrc(crc: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc)
  return bytes.toString('base64')
}

function mismatch(what: string, given: string, right = 'none'): GcsError {
  return new GcsError('invalidDigest', {
    message: `Provided ${what} "${given}" doesn't match calculated ${what} "${right}".`,
  })
}
