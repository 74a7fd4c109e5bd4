import type { ByteRange, Bytes, Call, Entry, EntryRef, NewEntry, Part, StoredPart, Upload } from '@gantry/core'
import type {
  Abilities,
  DirectDriver,
  ParcelDriver,
  ParcelOutcome,
  ResumableDriver,
  Selection,
  StoreDriver,
  Taken,
} from '@gantry/core/driver'

import { scriptedParcels } from './scripted-parcels.ts'

export type Operation =
  | 'list'
  | 'stat'
  | 'read'
  | 'write'
  | 'take'
  | 'remove'
  | 'expect'
  | 'begin'
  | 'putPart'
  | 'listParts'
  | 'complete'
  | 'abort'
  | 'readBack'
  | 'fetch'
  | 'fetched'
  | 'store'
  | 'add'
  | 'commit'
  | 'abortParcel'

export interface ScriptedCall {
  readonly operation: Operation
  readonly path: string
  /** Of this operation on this path, from 1. */
  readonly nth: number
  readonly signal: Call['signal']
  readonly part?: number
  readonly range?: ByteRange | undefined
}

/** What goes otherwise than the driver behind would have it; all may throw. */
export interface Script {
  /** Before the driver is asked. */
  readonly before?: (call: ScriptedCall) => void | Promise<void>
  /** After it was done: who throws here loses the answer. */
  readonly after?: (call: ScriptedCall) => void | Promise<void>
  /** What comes of reading. */
  readonly body?: (call: ScriptedCall, body: Bytes) => Bytes
  /** What is said of an entry of a parcel that was committed. */
  readonly outcome?: (outcome: ParcelOutcome, call: ScriptedCall) => ParcelOutcome
  /** What is said of entries. */
  readonly entry?: (entry: Entry, call: ScriptedCall) => Entry
  readonly abilities?: Partial<Abilities>
  /** Wants to be told what it is soon asked for. */
  readonly expects?: boolean
  /** What comes of taking from another such store; without it, none is taken from. */
  readonly taken?: (taken: Taken, call: ScriptedCall) => Taken
}

/** A driver that does what a script says, and keeps a list of what it was asked. */
export class ScriptedDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme: string
  readonly abilities: Abilities
  readonly resumable: ResumableDriver
  readonly parcels?: ParcelDriver
  readonly direct?: DirectDriver
  readonly expect?: NonNullable<StoreDriver['expect']>
  readonly calls: ScriptedCall[] = []
  readonly #driver: StoreDriver
  script: Script

  constructor(driver: StoreDriver, script: Script = {}) {
    this.#driver = driver
    this.script = script
    this.scheme = driver.scheme
    const { direct: _, ...abilities } = driver.abilities
    const direct = script.taken !== undefined && { direct: true }
    this.abilities = { ...abilities, ...direct, ...script.abilities }
    if (driver.direct !== undefined) this.direct = this.#taking(driver.direct)
    this.resumable = this.#uploads(driver.resumable as ResumableDriver)
    if (script.expects === true) {
      this.expect = async (purpose, entries, call) => {
        for (const { path } of entries) await this.#begin('expect', `${purpose} ${path}`, call)
      }
    }
    if (driver.parcels !== undefined) {
      const begin = (operation: Operation, path: string, call: Call) => this.#begin(operation, path, call)
      this.parcels = scriptedParcels(driver.parcels, () => this.script, begin)
    }
  }

  count(operation: Operation): number {
    return this.calls.filter((call) => call.operation === operation).length
  }

  async *list(selection: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    const made = await this.#begin('list', '', call)
    for await (const entry of this.#driver.list(selection, call)) {
      yield this.script.entry?.(entry, made) ?? entry
      await this.script.after?.(made)
    }
  }

  async stat(path: string, call: Call): Promise<Entry> {
    return await this.#entry('stat', path, call, () => this.#driver.stat(path, call))
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call) {
    const made = await this.#begin('read', ref.path, call, { range })
    const { entry, body } = await this.#driver.read(ref, range, call)
    return {
      entry: this.script.entry?.(entry, made) ?? entry,
      body: this.script.body?.(made, body) ?? body,
    }
  }

  async write(entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    return await this.#entry('write', entry.path, call, async () => {
      return (await this.#driver.write?.(entry, body, call)) as Entry
    })
  }

  async remove(path: string, call: Call): Promise<void> {
    await this.#begin('remove', path, call)
    await this.#driver.remove?.(path, call)
  }

  codeOf(error: unknown) {
    return this.#driver.codeOf(error)
  }

  #taking(direct: DirectDriver): DirectDriver {
    const behind = (from: StoreDriver) => (from instanceof ScriptedDriver ? from.#driver : from)
    return {
      canTake: (from, ref) => direct.canTake(behind(from), ref),
      take: async (order, call) => {
        const made = await this.#begin('take', order.entry.path, call)
        const taken = await direct.take({ ...order, from: behind(order.from) }, call)
        await this.script.after?.(made)
        return this.script.taken?.(taken, made) ?? taken
      },
    }
  }

  #uploads(driver: ResumableDriver): ResumableDriver {
    return {
      begin: async (entry: NewEntry, call: Call): Promise<Upload> => {
        const made = await this.#begin('begin', entry.path, call)
        const upload = await driver.begin(entry, call)
        await this.script.after?.(made)
        return upload
      },
      putPart: async (upload: Upload, part: Part, body: Bytes, call: Call): Promise<StoredPart> => {
        const made = await this.#begin('putPart', upload.path, call, { part: part.number })
        const stored = await driver.putPart(upload, part, body, call)
        await this.script.after?.(made)
        return stored
      },
      listParts: (upload: Upload, call: Call) => this.#listParts(driver, upload, call),
      complete: async (upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call) => {
        return await this.#entry('complete', upload.path, call, () => driver.complete(upload, entry, parts, call))
      },
      abort: async (upload: Upload, call: Call) => {
        await this.#begin('abort', upload.path, call)
        await driver.abort(upload, call)
      },
      ...(driver.readBack !== undefined && {
        readBack: async (upload: Upload, range: ByteRange, call: Call) => {
          await this.#begin('readBack', upload.path, call, { range })
          return (await driver.readBack?.(upload, range, call)) as Bytes
        },
      }),
      unfinished: (prefix: string | undefined, call: Call) => driver.unfinished(prefix, call),
    }
  }

  async *#listParts(driver: ResumableDriver, upload: Upload, call: Call) {
    await this.#begin('listParts', upload.path, call)
    yield* driver.listParts(upload, call)
  }

  async #entry(operation: Operation, path: string, call: Call, work: () => Promise<Entry>): Promise<Entry> {
    const made = await this.#begin(operation, path, call)
    const entry = await work()
    await this.script.after?.(made)
    return this.script.entry?.(entry, made) ?? entry
  }

  async #begin(
    operation: Operation,
    path: string,
    { signal }: Call,
    more: Pick<ScriptedCall, 'part' | 'range'> = {},
  ): Promise<ScriptedCall> {
    const same = this.calls.filter(
      (call) => call.operation === operation && call.path === path && call.part === more.part,
    )
    const made = { operation, path, nth: same.length + 1, signal, ...more }
    this.calls.push(made)
    await this.script.before?.(made)
    return made
  }
}

/** Never answers, unless it is told to stop. */
export async function hang({ signal }: ScriptedCall): Promise<never> {
  return await new Promise((_, reject) => {
    const stop = () => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
}

/** Never answers, whatever it is told. */
export async function deaf(): Promise<never> {
  return await new Promise(() => {})
}
