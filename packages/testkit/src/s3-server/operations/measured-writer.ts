import { createHash, randomBytes } from 'node:crypto'
import type { BytesWriter, StoredBytes } from '../bytes/stored-bytes.ts'
import type { ChecksumAlgorithm } from '../checksum/algorithm.ts'
import { startQuickChecksum } from '../checksum/quick-checksum.ts'

export interface MeasuredBytes {
  readonly bytes: StoredBytes
  /** The MD5 in hex: the entity tag of what is written in one piece. */
  readonly etag: string
  /** In base64, each that was asked for. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>
}

export interface MeasuredWriter {
  write(piece: Buffer): void | Promise<void>
  finish(): Promise<MeasuredBytes>
  abort(): Promise<void>
}

export interface Measures {
  readonly algorithms: ReadonlySet<ChecksumAlgorithm>
  /** False: the bytes are not looked at, and the entity tag is a random one. */
  readonly measure: boolean
  readonly flipStored: number | undefined
}

/** Hashes bytes on their way into the store, so that nothing is read twice. */
export function measuredWriter(writer: BytesWriter, { algorithms, measure, flipStored }: Measures): MeasuredWriter {
  const md5 = createHash('md5')
  const running = measure ? [...algorithms].map((name) => [name, startQuickChecksum(name)] as const) : []
  let offset = 0
  return {
    write: (piece) => {
      if (measure) {
        md5.update(piece)
        for (const [, checksum] of running) checksum.update(piece)
      }
      const at = flipStored === undefined ? -1 : flipStored - offset
      offset += piece.length
      return writer.write(at >= 0 && at < piece.length ? flipped(piece, at) : piece)
    },
    finish: async () => ({
      bytes: await writer.finish(),
      etag: measure ? md5.digest('hex') : randomBytes(16).toString('hex'),
      checksums: new Map(running.map(([name, checksum]) => [name, checksum.digest().toString('base64')])),
    }),
    abort: () => writer.abort(),
  }
}

/** A copy with the lowest bit of one byte inverted. */
export function flipped(chunk: Buffer, at: number): Buffer {
  const copy = Buffer.from(chunk)
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
  return copy
}
