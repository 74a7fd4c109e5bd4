import { getCompileCacheDir } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'

import type { Call } from '@gantry/core/driver'

import type { Copied, CopyAnswer, CopyFailed, CopyOrder } from './copy-order.ts'

/** Copying is SHA-256 and memory: more threads than cores gain nothing, and each costs some 10 MB. */
const most = Math.max(1, Math.min(2, availableParallelism()))
/** So many bytes wait for the other: what comes in one at a time needs no second. */
const worthAnother = 4 * 1024 * 1024

export type FileToCopy = Omit<Extract<CopyOrder, { type: 'copy' }>, 'type' | 'id'>

const noThread: CopyFailed = { side: 'target', failure: { reason: 'ended' } }

const threads: CopyThread[] = []
let broken = false

/** Whether threads can be had: once one has died, this process does without. */
export function canCopyAside(): boolean {
  return !broken
}

/** Copies a file on another thread; answers when that has let go of both files, however it ended. */
export async function copyAside(file: FileToCopy, size: number, call: Call): Promise<Copied | CopyFailed> {
  const [idlest] = threads.toSorted((a, b) => a.load - b.load)
  const another = idlest === undefined || (threads.length < most && idlest.load > worthAnother)
  return await (another ? begin() : idlest).copy(file, size, call)
}

function begin(): CopyThread {
  const thread: CopyThread = new CopyThread(() => {
    broken = true
    threads.splice(threads.indexOf(thread), 1)
  })
  threads.push(thread)
  return thread
}

interface Waiting {
  readonly resolve: (result: Copied | CopyFailed) => void
  readonly report: Call['report']
}

class CopyThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #ended = false
  /** Bytes of all that it was told to copy, and has not. */
  load = 0

  constructor(onEnded: () => void) {
    // Beside this file, under the name that it has before or after the build.
    const file = import.meta.url.endsWith('.ts') ? './copy-thread.ts' : './copy-thread.js'
    // It makes next to no garbage, and would else get a nursery as large as that of a server.
    const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32, stackSizeMb: 1 }
    const options = { resourceLimits, execArgv: [], env: compiledBefore() }
    this.#worker = new Worker(new URL(file, import.meta.url), options)
    this.#worker.on('message', (answer: CopyAnswer) => this.#hear(answer))
    const ended = () => {
      if (this.#ended) return
      this.#ended = true
      for (const { resolve } of this.#waiting.values()) resolve(noThread)
      this.#waiting.clear()
      onEnded()
    }
    this.#worker.on('error', ended)
    this.#worker.on('exit', ended)
    this.#worker.unref()
  }

  async copy(file: FileToCopy, size: number, { signal, report }: Call): Promise<Copied | CopyFailed> {
    if (this.#ended) return noThread
    this.#next += 1
    const id = this.#next
    const stop = () => this.#order({ type: 'stop', id })
    this.load += size
    signal.addEventListener('abort', stop)
    try {
      return await new Promise((resolve) => {
        this.#waiting.set(id, { resolve, report })
        // A process whose last work is to wait for it must not end before the answer.
        this.#worker.ref()
        this.#order({ ...file, type: 'copy', id })
        // While the file was looked for.
        if (signal.aborted) stop()
      })
    } finally {
      signal.removeEventListener('abort', stop)
      this.load -= size
    }
  }

  #order(order: CopyOrder): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(order)
  }

  #hear(answer: CopyAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    if (answer.type === 'moved') {
      waiting?.report?.(answer.bytes)
      return
    }
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    waiting?.resolve(answer.type === 'done' ? answer.copied : answer.failed)
  }
}

/**
 * A thread takes over no compile cache: without one, it compiles, and in a checkout strips types, at every start. So it stands
 * in `hash-threads.ts` of `transfer` as well: core, which both may import, knows no Node.
 */
function compiledBefore(): NodeJS.ProcessEnv {
  // Node answers with a folder, of its own version, in the one that it was told.
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
