import { createRequire, getCompileCacheDir } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'

import { type AsideHasher, type DigestAlgorithm, type Digests, GantryError } from '@gantry/core'

import { type AsideAlgorithm, asideAlgorithms, type HashAnswer, type HashMemory, type HashOrder } from './hash-order.ts'

/** As long as the longest chunks that stores yield. */
const slotSize = 512 * 1024
const slotsEach = 8
/** One core is the event loop's own. */
const most = Math.max(1, Math.min(4, availableParallelism() - 1))

const threads = new Map<number, HashThread>()
let turn = 0

/**
 * Running digests on another thread: there they cost the event loop, which moves the bytes, only a copy of them. Only where
 * SHA-256 is among them: others cost no more than the copy.
 */
export function hashAside(wanted: readonly DigestAlgorithm[]): AsideHasher | undefined {
  const algorithms = asideAlgorithms.filter(
    (algorithm) => wanted.includes(algorithm) && (algorithm !== 'crc32c' || fileOfCrc32c() !== undefined),
  )
  if (!algorithms.includes('sha256')) return undefined
  turn = (turn + 1) % most
  const place = turn
  let thread = threads.get(place)
  if (thread === undefined) {
    thread = new HashThread(() => threads.delete(place))
    threads.set(place, thread)
  }
  return thread.begin(algorithms)
}

interface Waiting {
  readonly resolve: (digests: Digests) => void
  readonly reject: (error: unknown) => void
}

/** One worker, and the memory through which it is fed: so much, whatever the number of hashers. */
class HashThread {
  readonly #memory = new SharedArrayBuffer(slotSize * slotsEach)
  readonly #worker: Worker
  readonly #free = Array.from({ length: slotsEach }, (_, index) => index)
  readonly #turns: (() => void)[] = []
  readonly #waiting = new Map<number, Waiting>()
  /** Whoever gives up in the middle says nothing, so that nobody has to remember to. */
  readonly #forgotten = new FinalizationRegistry<number>((id) => this.#order({ type: 'drop', id }))
  #next = 0
  #failure: GantryError | undefined

  constructor(onBroken: () => void) {
    // Beside this file, under the name that it has before or after the build.
    const file = import.meta.url.endsWith('.ts') ? './hash-thread.ts' : './hash-thread.js'
    const workerData: HashMemory = { memory: this.#memory, slotSize, crc32c: fileOfCrc32c() }
    // It makes next to no garbage, and would else get a nursery as large as that of a server.
    const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32, stackSizeMb: 1 }
    const options = { workerData, resourceLimits, execArgv: [], env: compiledBefore() }
    this.#worker = new Worker(new URL(file, import.meta.url), options)
    this.#worker.on('message', (answer: HashAnswer) => this.#hear(answer))
    // It tells its error, and then its end: by then, another may stand in its place.
    const broken = (cause: unknown) => {
      if (this.#failure !== undefined) return
      this.#failure = new GantryError('internal', 'The thread that computes digests has ended.', { cause })
      for (const { reject } of this.#waiting.values()) reject(this.#failure)
      for (const go of this.#turns.splice(0)) go()
      onBroken()
    }
    this.#worker.on('error', broken)
    this.#worker.on('exit', broken)
    this.#worker.unref()
  }

  begin(algorithms: readonly AsideAlgorithm[]): AsideHasher {
    this.#next += 1
    const id = this.#next
    const hasher: AsideHasher = {
      algorithms,
      update: (chunk) => this.#update(id, chunk),
      digests: async () => {
        this.#forgotten.unregister(hasher)
        return await this.#digests(id)
      },
    }
    this.#order({ type: 'begin', id, algorithms })
    this.#forgotten.register(hasher, id, hasher)
    return hasher
  }

  #update(id: number, chunk: Uint8Array): Promise<void> | undefined {
    const slot = chunk.length <= slotSize && this.#turns.length === 0 ? this.#free.pop() : undefined
    if (slot === undefined) return this.#updateSlowly(id, chunk)
    this.#feed(id, slot, chunk)
    return undefined
  }

  async #updateSlowly(id: number, chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length; offset += slotSize) {
      const slot = await this.#takeSlot()
      this.#feed(id, slot, chunk.subarray(offset, offset + slotSize))
    }
  }

  async #takeSlot(): Promise<number> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      const slot = this.#free.pop()
      if (slot !== undefined) return slot
      await new Promise<void>((resolve) => {
        this.#turns.push(resolve)
        this.#hold()
      })
    }
  }

  #feed(id: number, slot: number, bytes: Uint8Array): void {
    new Uint8Array(this.#memory, slot * slotSize, bytes.length).set(bytes)
    this.#order({ type: 'update', id, slot, length: bytes.length })
  }

  async #digests(id: number): Promise<Digests> {
    if (this.#failure !== undefined) throw this.#failure
    return await new Promise<Digests>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#hold()
      this.#order({ type: 'digest', id })
    })
  }

  #order(order: HashOrder): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(order)
  }

  #hear(answer: HashAnswer): void {
    if (answer.type === 'free') {
      this.#free.push(answer.slot)
      this.#turns.shift()?.()
    } else {
      this.#waiting.get(answer.id)?.resolve(answer.digests)
      this.#waiting.delete(answer.id)
    }
    this.#hold()
  }

  /** A process whose last work is to wait for a digest, or for a slot, must not end before the answer. */
  #hold(): void {
    if (this.#waiting.size > 0 || this.#turns.length > 0) this.#worker.ref()
    else this.#worker.unref()
  }
}

let crc32cFile: { readonly path: string | undefined } | undefined

/** A thread cannot find it by itself once somebody has bundled this module. */
function fileOfCrc32c(): string | undefined {
  if (crc32cFile === undefined) {
    try {
      crc32cFile = { path: createRequire(import.meta.url).resolve('@node-rs/crc32') }
    } catch {
      crc32cFile = { path: undefined }
    }
  }
  return crc32cFile.path
}

/**
 * A thread takes over no compile cache: without one, it compiles, and in a checkout strips types, at every start. So it stands
 * in `copy-threads.ts` of `fs` as well: core, which both may import, knows no Node.
 */
function compiledBefore(): NodeJS.ProcessEnv {
  // Node answers with a folder, of its own version, in the one that it was told.
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
