import { GantryError } from '@gantry/core'
import { Geometry, type Gantry, Volume, type Result } from '@gantry/share'

import type { MadeShare, ShareProgress, ShareRequest, SourceProgress } from './model.ts'
import type { Handles } from './opening.ts'
import { PendingShares } from './pending.ts'
import type { CallContext } from './rpc.ts'

type Handle = Volume | Geometry

/** Shares of what is open: begun, paused, gone on with, also by another page. */
export class Sharing {
  readonly pending = new PendingShares()
  readonly #gantry: () => Gantry
  readonly #handles: Handles
  /** Of shares that this page began. */
  readonly #begun = new Map<string, readonly Handle[]>()

  constructor(gantry: () => Gantry, handles: Handles) {
    this.#gantry = gantry
    this.#handles = handles
  }

  /** Writes down what is to be shared, so that whatever happens, it can be gone on with. */
  async begin(request: ShareRequest): Promise<string> {
    const items = request.items.map((id) => this.#handles.get(id)).filter((handle) => handle !== undefined)
    if (items.length === 0) throw new GantryError('invalid', 'There is nothing to be shared.')
    const id = crypto.randomUUID()
    const files = items.flatMap((item) => item.files)
    await this.pending.save(id, {
      begun: Date.now(),
      needsPassphrase: request.passphrase !== '',
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      request: { ...request, passphrase: '' },
    })
    this.#begun.set(id, items)
    return id
  }

  /** Sends what is missing, and makes the share. Stopped, it can be called again. */
  async go(id: string, passphrase: string, { signal, progress }: CallContext): Promise<MadeShare> {
    const record = await this.pending.find(id)
    if (record === undefined) throw new GantryError('not_found', 'That share was made, or given up.')
    const { request } = record
    const items = this.#begun.get(id) ?? (await this.#reload(id, request, signal))
    this.#begun.set(id, items)
    const sources = items.map((item): SourceProgress => ({
      id: item.id,
      name: item.name,
      done: 0,
      total: 2 * item.files.reduce((sum, { size }) => sum + size, 0),
      state: 'waiting',
    }))
    const tell = (step: ShareProgress['step']) => progress({ step, sources: [...sources] } satisfies ShareProgress)
    await this.#stage(id, items, signal, () => tell('staging'))
    for (const [index, item] of items.entries()) {
      const update = (change: Partial<SourceProgress>) => {
        sources[index] = { ...(sources[index] as SourceProgress), ...change }
        tell('sending')
      }
      update({ state: 'sending' })
      const settings = {
        signal,
        onProgress: ({ done, total }: { readonly done: number; readonly total: number }) => update({ done, total }),
      }
      const gantry = this.#gantry()
      const ensured =
        item instanceof Volume
          ? await gantry.med.ensureSources([item], settings)
          : await gantry.geometry.ensureSources([item], settings)
      if (ensured.error !== undefined) {
        update({ state: 'failed' })
        throw ensured.error
      }
      const uploaded = ensured.value[0]?.uploaded === true
      update({ state: uploaded ? 'sent' : 'present', done: 1, total: 1 })
    }
    tell('sealing')
    const made = await this.#seal(items, request, passphrase, signal)
    await this.pending.drop(id).catch(() => {})
    this.#begun.delete(id)
    return made
  }

  async giveUp(id: string): Promise<void> {
    this.#begun.delete(id)
    await this.pending.drop(id)
  }

  /** Where there is no room for copies, a closed page cannot go on; the share itself is none the worse. */
  async #stage(id: string, items: readonly Handle[], signal: AbortSignal, onBytes: () => void): Promise<void> {
    try {
      for (const [index, item] of items.entries()) {
        if (item.source === undefined) await this.pending.stage(id, index, item, { signal, onBytes })
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
  }

  async #reload(id: string, request: ShareRequest, signal: AbortSignal): Promise<Handle[]> {
    const gantry = this.#gantry()
    const items: Handle[] = []
    for (const index of request.items.keys()) {
      const inputs = await this.pending.filesOf(id, index)
      const volumes = await gantry.med.loadFromFiles(inputs, { signal })
      if (volumes.value !== undefined) items.push(...volumes.value)
      else items.push(...valueOf<Handle[]>(await gantry.geometry.loadFromFiles(inputs, { signal })))
    }
    return items
  }

  async #seal(
    items: readonly Handle[],
    request: ShareRequest,
    passphrase: string,
    signal: AbortSignal,
  ): Promise<MadeShare> {
    const gantry = this.#gantry()
    const { title, shapes, views, expires, windows } = request
    for (const [index, id] of request.items.entries()) {
      const item = items[index]
      const window = windows[id]
      if (item instanceof Volume && window !== undefined) item.update({ window })
    }
    // A page that came back has loaded them anew, under other ids.
    const renamed = new Map(request.items.map((id, index) => [id, items[index]?.id ?? id]))
    const workspace = valueOf(
      await gantry.workspace.create(
        items.filter((item) => item instanceof Volume),
        {
          geometries: items.filter((item) => item instanceof Geometry),
          title,
          shapes: [...shapes],
          views: views.map((view) => ({ ...view, volumes: view.volumes?.map((id) => renamed.get(id) ?? id) })),
        },
        { signal },
      ),
    )
    const json = valueOf(await gantry.workspace.serialize(workspace, { signal }))
    const made = await gantry.storage.uploadMetadata(json, {
      signal,
      ...(expires !== 'never' && { expiresIn: expires }),
      ...(passphrase !== '' && { passphrase }),
    })
    const { secret, id } = valueOf(made)
    return { secret, id }
  }
}

export function valueOf<Value>(result: Result<Value>): Value {
  if (result.error !== undefined) throw result.error
  return result.value
}
