import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** What a hub keeps, for whoever has its disk: an intruder, or a defect. Objects of one blob only. */
export class HubDisk {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  read(path: string): Buffer {
    return readFileSync(this.#fileOf(path))
  }

  /** Other bytes for an object. `records`: so that the hub believes they are what was put. */
  write(path: string, bytes: Uint8Array, { records }: { readonly records: boolean }): void {
    writeFileSync(this.#fileOf(path), bytes)
    if (!records) return
    const sum = crc32(bytes).toString(16).padStart(8, '0')
    this.#query((database) => {
      database.prepare('UPDATE objects SET size = ?, crc32 = ? WHERE path = ?').run(bytes.length, sum, path)
      const pieces = 'UPDATE pieces SET size = ? WHERE version = (SELECT version FROM objects WHERE path = ?)'
      database.prepare(pieces).run(bytes.length, path)
    })
  }

  #fileOf(path: string): string {
    const blobs = this.#query((database) =>
      database
        .prepare('SELECT p.blob FROM pieces p JOIN objects o ON o.version = p.version WHERE o.path = ?')
        .all(path)
        .map(({ blob }) => String(blob)),
    )
    const [blob = ''] = blobs
    if (blobs.length !== 1) throw new Error(`The object has ${blobs.length} blobs.`)
    return join(this.#folder, 'keeper/blobs', blob.slice(0, 2), blob)
  }

  #query<Answer>(ask: (database: DatabaseSync) => Answer): Answer {
    const database = new DatabaseSync(join(this.#folder, 'hub/hub.sqlite'), { timeout: 5000 })
    try {
      return ask(database)
    } finally {
      database.close()
    }
  }
}
