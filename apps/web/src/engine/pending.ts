import { GantryError, type Signal, type Store } from '@gantry/core'
import type { Deidentifier } from '@gantry/deidentify'
import { entryInput, type FileInput, type Geometry, type Volume } from '@gantry/share'
import { z } from 'zod'

import type { DeidentifyPlan } from './deidentifying.ts'
import type { PendingShare, ShareRequest } from './model.ts'
import { privateStore, readJson, writeJson } from './private-store.ts'

const recordSchema = z.object({
  begun: z.number(),
  needsPassphrase: z.boolean(),
  files: z.number(),
  bytes: z.number(),
  request: z.looseObject({ items: z.array(z.string()), title: z.string() }),
})

export interface PendingRecord extends Omit<PendingShare, 'id' | 'title' | 'elsewhere'> {
  /** Without its passphrase: that is asked for again. */
  readonly request: Omit<ShareRequest, 'deidentify'> & { readonly deidentify?: DeidentifyPlan }
}

/**
 * Shares that have begun: what was asked for, and copies of the files, in the browser's private folder. A page that
 * comes back finds both, and goes on; when the share is made, or given up, they go.
 */
export class PendingShares {
  readonly #store: Store = privateStore('pending')

  async save(id: string, record: PendingRecord): Promise<void> {
    await writeJson(this.#store, `${id}/request.json`, record)
  }

  async find(id: string): Promise<PendingRecord | undefined> {
    const parsed = recordSchema.safeParse(await readJson(this.#store, `${id}/request.json`))
    return parsed.success ? (parsed.data as unknown as PendingRecord) : undefined
  }

  async list(): Promise<Omit<PendingShare, 'elsewhere'>[]> {
    const found: Omit<PendingShare, 'elsewhere'>[] = []
    for await (const { path } of this.#store.list()) {
      const [id = '', name] = path.split('/')
      if (name !== 'request.json') continue
      const record = await this.find(id)
      if (record === undefined) continue
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
    const paths: string[] = []
    for await (const { path } of this.#store.list({ prefix: id })) paths.push(path)
    // The record last: until then the share can be found, and given up again.
    paths.sort((a, b) => Number(a.endsWith('/request.json')) - Number(b.endsWith('/request.json')))
    for (const path of paths) await this.#store.remove(path)
  }
}
