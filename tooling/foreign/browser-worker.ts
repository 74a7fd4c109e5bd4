import { resolveObjectURL } from 'node:buffer'
import { Worker } from 'node:worker_threads'

type Listener = ((event: unknown) => void) | null

/** What a script of a browser's worker finds: `self`, with messages that come and go. */
const prelude = `
const { parentPort } = require('node:worker_threads')
globalThis.self = { postMessage: (message, transfer) => parentPort.postMessage(message, transfer) }
parentPort.on('message', (data) => self.onmessage({ data }))
`

/** As much of a browser's Worker as `js-untar` uses, over a thread of Node's: for scripts that are in a blob. */
export class BrowserWorker {
  onmessage: Listener = null
  onerror: Listener = null
  readonly #thread: Promise<Worker>

  constructor(url: string) {
    this.#thread = this.#start(url)
    this.#thread.catch((error: unknown) => this.onerror?.(error))
  }

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    void this.#thread.then((thread) => thread.postMessage(message, transfer))
  }

  terminate(): void {
    void this.#thread.then(async (thread) => await thread.terminate())
  }

  async #start(url: string): Promise<Worker> {
    const script = await resolveObjectURL(url)?.text()
    const thread = new Worker(`${prelude}${script ?? ''}`, { eval: true })
    thread.on('message', (data) => this.onmessage?.({ data }))
    thread.on('error', (error) => this.onerror?.(error))
    return thread
  }
}
