import { GantryError } from '@gantry/core'
import { Geometry, type Gantry, Volume, type Result } from '@gantry/share'

import { withVolume } from '../state/left-with.ts'
import { type DeidentifyPlan, deidentifierFor, leftOf, newKey } from './deidentifying.ts'
import type {
  BegunShare,
  DeidentifyChoice,
  MadeShare,
  PendingShare,
  ReviewedItem,
  ShareProgress,
  ShareRequest,
  SourceProgress,
} from './model.ts'
import type { Handles } from './opening.ts'
import { PendingShares } from './pending.ts'
import { allOf, type PendingRecord, writtenOf } from './pending-record.ts'
import { isDicom, reviewItem } from './review.ts'
import type { CallContext } from './rpc.ts'
import { ShareLocks } from './share-locks.ts'
import { segmentationHandle, type Segmentations } from './segmentation/segmentations.ts'

type Handle = Volume | Geometry

/** Shares of what is open: begun, paused, gone on with, also by another page. */
export class Sharing {
  readonly #pending = new PendingShares()
  readonly #locks = new ShareLocks()
  readonly #gantry: () => Gantry
  readonly #account: () => string | undefined
  readonly #handles: Handles
  readonly #segmentations: Segmentations
  /** Of shares that this page began. */
  readonly #begun = new Map<string, readonly Handle[]>()
  /** What was reviewed is what is shared: the pseudonyms that were shown are those that come. */
  #key = newKey()

  /** `account` tells whose mark what is begun bears. */
  constructor(gantry: () => Gantry, account: () => string | undefined, handles: Handles, segmentations: Segmentations) {
    this.#gantry = gantry
    this.#account = account
    this.#handles = handles
    this.#segmentations = segmentations
  }

  /** What de-identification would do, before anything is done. */
  async review(ids: readonly string[], choice: DeidentifyChoice, context: CallContext): Promise<ReviewedItem[]> {
    const items = this.#itemsOf(ids)
    const total = items.reduce((sum, { files }) => sum + files.length, 0)
    let done = 0
    const reviewed: ReviewedItem[] = []
    for (const item of items) {
      const deidentifier = deidentifierFor({ ...choice, key: this.#key }, item.id)
      const onFile = () => context.progress({ done: (done += 1), total })
      reviewed.push(await reviewItem(item, deidentifier, context, onFile))
    }
    return reviewed
  }

  /** Writes down what is to be shared, so that whatever happens, it can be gone on with, by whoever began it. */
  async begin(request: ShareRequest): Promise<BegunShare> {
    const account = this.#signedIn()
    const items = this.#itemsOf(allOf(request))
    if (items.length === 0) throw new GantryError('invalid', 'There is nothing to be shared.')
    if (request.deidentify !== undefined && !items.every(isDicom)) {
      throw new GantryError('unsupported', 'Only DICOM images can be de-identified: leave the others out.')
    }
    const id = crypto.randomUUID()
    const files = items.flatMap((item) => item.files)
    const record = {
      account,
      begun: Date.now(),
      needsPassphrase: request.passphrase !== '',
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      request: writtenOf(request, request.deidentify && this.#planOf(request.deidentify)),
    }
    const kept = await this.#locks.hold(id, async () => await this.#pending.save(id, record))
    if (!kept && request.deidentify !== undefined) {
      throw new GantryError(
        'unsupported',
        'To de-identify images, this browser has to keep them for the page: it does not.',
      )
    }
    this.#begun.set(id, items)
    return { id, kept }
  }

  /** Those of whoever is signed in that were begun and are not made. */
  async list(): Promise<PendingShare[]> {
    const account = this.#account()
    if (account === undefined) return []
    const others = await this.#locks.others()
    return (await this.#pending.list(account)).map((share) => ({ ...share, elsewhere: others.has(share.id) }))
  }

  /** Sends what is missing, and makes the share. Stopped, it can be called again. */
  async go(id: string, passphrase: string, context: CallContext): Promise<MadeShare> {
    return await this.#locks.hold(id, async () => await this.#send(id, passphrase, context))
  }

  async giveUp(id: string): Promise<void> {
    await this.#locks.hold(id, async () => await this.#pending.drop(id))
    this.#begun.delete(id)
  }

  async #send(id: string, passphrase: string, { signal, progress }: CallContext): Promise<MadeShare> {
    const record = await this.#pending.find(id)
    if (record === undefined) throw new GantryError('not_found', 'That share was made, or given up.')
    if (record.account !== this.#signedIn()) {
      throw new GantryError('precondition_failed', 'Another account began this share: sign in with that.')
    }
    const { request } = record
    const items = await this.#itemsFor(id, record, { signal, progress })
    const sources = items.map((item): SourceProgress => ({
      id: item.id,
      name: item.name,
      done: 0,
      total: item.files.reduce((sum, { size }) => sum + size, 0),
      state: 'waiting',
    }))
    const tell = (step: ShareProgress['step']) => progress({ step, sources: [...sources] } satisfies ShareProgress)
    if (request.deidentify === undefined) await this.#stage(id, items, signal, () => tell('staging'))
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
    await this.#pending.drop(id).catch(() => {})
    this.#begun.delete(id)
    return made
  }

  /** Where there is no room for copies, a closed page cannot go on; the share itself is none the worse. */
  async #stage(id: string, items: readonly Handle[], signal: AbortSignal, onBytes: () => void): Promise<void> {
    try {
      for (const [index, item] of items.entries()) {
        if (item.source === undefined) await this.#pending.stage(id, index, item, { signal, onBytes })
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
  }

  #signedIn(): string {
    const account = this.#account()
    if (account === undefined) throw new GantryError('unauthenticated', 'Sign in first.')
    return account
  }

  #itemsOf(ids: readonly string[]): Handle[] {
    return ids
      .map((id) => this.#handles.get(id) ?? this.#segmentations.handle(id))
      .filter((handle) => handle !== undefined)
  }

  /** The next share is by another key. */
  #planOf(choice: DeidentifyChoice): DeidentifyPlan {
    const plan = { ...choice, key: this.#key }
    this.#key = newKey()
    return plan
  }

  /** What is sent: what is open, or what was made of it, or what a page before this one has left. */
  async #itemsFor(id: string, record: PendingRecord, { signal, progress }: CallContext): Promise<readonly Handle[]> {
    const { request } = record
    const begun = this.#begun.get(id)
    if (begun !== undefined && request.deidentify === undefined) return begun
    const { deidentify } = request
    if (begun !== undefined && deidentify !== undefined) {
      const sources = begun.map((item): SourceProgress => ({
        id: item.id,
        name: item.name,
        done: 0,
        total: item.files.length,
        state: 'waiting',
      }))
      for (const [index, item] of begun.entries()) {
        const onFile = () => {
          const now = sources[index] as SourceProgress
          sources[index] = { ...now, done: now.done + 1, state: 'sending' }
          progress({ step: 'deidentifying', sources: [...sources] } satisfies ShareProgress)
        }
        const deidentifier = deidentifierFor(deidentify, allOf(request)[index])
        await this.#pending.deidentify(id, index, item, deidentifier, { signal, onFile })
      }
    }
    const items = await this.#reload(id, record, signal)
    if (deidentify === undefined) this.#begun.set(id, items)
    return items
  }

  async #reload(id: string, { request, files }: PendingRecord, signal: AbortSignal): Promise<Handle[]> {
    const gantry = this.#gantry()
    const items: Handle[] = []
    let found = 0
    for (const [index, of] of allOf(request).entries()) {
      const inputs = await this.#pending.filesOf(id, index)
      found += inputs.length
      const [first] = inputs
      if (index >= request.items.length && first !== undefined) {
        items.push(segmentationHandle(of, first))
        continue
      }
      const volumes = await gantry.med.loadFromFiles(inputs, { signal })
      if (volumes.value !== undefined) items.push(...volumes.value)
      else items.push(...valueOf<Handle[]>(await gantry.geometry.loadFromFiles(inputs, { signal })))
    }
    // Its page was closed before all of them were copied: a part of a study is not what was to be shared.
    if (found !== files) {
      throw new GantryError(
        'not_found',
        'Not all files of the share are in this browser: open them, and share them again.',
      )
    }
    return items
  }

  async #seal(
    items: readonly Handle[],
    request: PendingRecord['request'],
    passphrase: string,
    signal: AbortSignal,
  ): Promise<MadeShare> {
    const gantry = this.#gantry()
    const { title, expires, windows, deidentify } = request
    const { shapes, views } = deidentify === undefined ? request : leftOf(request, deidentify)
    for (const [index, id] of request.items.entries()) {
      const item = items[index]
      const window = windows[id]
      if (item instanceof Volume && window !== undefined) item.update({ window })
    }
    // A page that came back has loaded them anew, under other ids.
    const renamed = new Map(request.items.map((id, index) => [id, items[index]?.id ?? id]))
    const images = items.slice(0, request.items.length)
    const overlays = items.slice(request.items.length)
    const workspace = valueOf(
      await gantry.workspace.create(
        images.filter((item) => item instanceof Volume),
        {
          geometries: images.filter((item) => item instanceof Geometry),
          title,
          shapes: shapes.map((shape) => withVolume(shape, renamed)),
          segmentations: (request.segmentations ?? []).map(({ id, name, segments }, index) => ({
            id,
            source: overlays[index]?.source ?? null,
            format: 'dicom' as const,
            // What people wrote into it goes with what identifies.
            name: deidentify === undefined ? name.slice(0, 200) : '',
            segments: segments.map(({ number, label, colour }) => ({
              number,
              label: deidentify === undefined ? label.slice(0, 200) : String(number),
              colour: [colour[0] / 255, colour[1] / 255, colour[2] / 255] as const,
            })),
          })) as never,
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
