import { GantryError, type Signal, type Store } from '@gantry/core'
import type { Deidentifier } from '@gantry/deidentify'
import { entryInput, type FileInput, type Geometry, type Volume } from '@gantry/share'

import { pendingFolder } from './leftovers.ts'
import type { PendingShare } from './model.ts'
import { type PendingRecord, pendingRecordSchema } from './pending-record.ts'
import { privateStore, readJson, writeJson } from './private-store.ts'

/**
 * Shares that have begun: what was asked for, and copies of the files, in the browser's private folder. A page that
 * comes back finds both, and goes on; when the share is made, or given up, they go.
 */
export class PendingShares {
  readonly #store: Store = privateStore(pendingFolder)
  /** Of this page alone, where the browser keeps nothing for it. */
  readonly #unkept = new Map<string, PendingRecord>()

  /** Answers whether a page that comes back finds it. */
  async save(id: string, record: PendingRecord): Promise<boolean> {
    try {
      await writeJson(this.#store, `${id}/request.json`, record)
      return true
    } catch {
      this.#unkept.set(id, record)
      return false
    }
  }

  async find(id: string): Promise<PendingRecord | undefined> {
    const unkept = this.#unkept.get(id)
    if (unkept !== undefined) return unkept
    const parsed = pendingRecordSchema.safeParse(await readJson(this.#store, `${id}/request.json`))
    return parsed.success ? parsed.data : undefined
  }

  /** Those of an account: others are nobody else's business. */
  async list(account: string): Promise<Omit<PendingShare, 'elsewhere'>[]> {
    const found: Omit<PendingShare, 'elsewhere'>[] = []
    for await (const { path } of this.#store.list()) {
      const [id = '', name] = path.split('/')
      if (name !== 'request.json') continue
      const record = await this.find(id)
      if (record?.account !== account) continue
      const { begun, needsPassphrase, files, bytes, request } = record
      found.push({ id, begun, needsPassphrase, files, bytes, title: request.title })
    }
    return found.toSorted((a, b) => b.begun - a.begun)
  }

  /**
   * Copies the files of an item as they are to be shared, under names that tell nothing; what is there already is not made
   * again.
   */
  async deidentify(
    id: string,
    index: number,
    item: Volume | Geometry,
    deidentifier: Deidentifier,
    { signal, onFile }: { readonly signal: Signal; readonly onFile: () => void },
  ): Promise<void> {
    for (const [at, { input }] of item.files.entries()) {
      const path = `${id}/files/${index}/${String(at + 1).padStart(5, '0')}.dcm`
      // Written whole or not at all.
      if ((await this.#store.find(path)) === undefined) {
        const body = deidentifier.apply(await input.read(undefined, { signal }))
        await this.#store.write({ path }, body, { signal })
      }
      onFile()
    }
  }

  /** Copies the files of an item; what is there already is not copied again. */
  async stage(
    id: string,
    index: number,
    item: Volume | Geometry,
    { signal, onBytes }: { readonly signal: Signal; readonly onBytes: (bytes: number) => void },
  ): Promise<void> {
    for (const { name, size, input } of item.files) {
      const path = `${id}/files/${index}/${name}`
      const there = await this.#store.find(path)
      if (there?.size !== size) {
        await this.#store.write({ path, size }, await input.read(undefined, { signal }), { signal })
      }
      onBytes(size)
    }
  }

  /** The staged files of an item, by the names that they had. */
  async filesOf(id: string, index: number): Promise<FileInput[]> {
    const prefix = `${id}/files/${index}`
    const inputs: FileInput[] = []
    for await (const entry of this.#store.list({ prefix })) {
      inputs.push(entryInput(this.#store, entry, entry.path.slice(prefix.length + 1)))
    }
    if (inputs.length === 0) {
      throw new GantryError('not_found', 'The files of the share are not in this browser any more: open them again.')
    }
    return inputs
  }

  async drop(id: string): Promise<void> {
    if (this.#unkept.delete(id)) return
    const paths: string[] = []
    for await (const { path } of this.#store.list({ prefix: id })) paths.push(path)
    // The record last: until then the share can be found, and given up again.
    paths.sort((a, b) => Number(a.endsWith('/request.json')) - Number(b.endsWith('/request.json')))
    for (const path of paths) await this.#store.remove(path)
  }
}
