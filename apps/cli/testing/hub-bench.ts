import { readFile } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'

import type { RunOptions, RunResult } from './run.ts'
import { Workbench } from './workbench.ts'

/** A hub that `gantry hub` runs over loopback, with an account that is logged in, and something to share. */
export class HubBench implements AsyncDisposable {
  readonly bench: Workbench
  /** Its URL. */
  readonly hub: string
  readonly #stop: () => Promise<RunResult>

  private constructor(bench: Workbench, hub: string, stop: () => Promise<RunResult>) {
    this.bench = bench
    this.hub = hub
    this.#stop = stop
  }

  static async make(flags: readonly string[] = []): Promise<HubBench> {
    const bench = await Workbench.make()
    const { url, stop } = await startHub(bench, flags)
    const made = new HubBench(bench, url, stop)
    await made.ok(['hub', 'account', 'create', 'clinic', '--folder', 'hub', '--out', 'clinic.json'])
    await made.ok(['login', '--hub', url, '--key', 'clinic.json'])
    await writePhantom(bench.path('study'), { size: 32, slices: 4 })
    await bench.write('knee.stl', meshOf(3))
    return made
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
    await this.bench[Symbol.asyncDispose]()
  }

  async gantry(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return await this.bench.gantry(argv, options)
  }

  /** Runs what must succeed. */
  async ok(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const result = await this.gantry(argv, options)
    if (result.code === 0) return result
    throw new Error(`gantry ${argv[0]} ended with ${result.code}: ${result.stderr}${result.stdout}`)
  }

  /** The secret of a new share. */
  async share(flags: readonly string[] = [], options: RunOptions = {}): Promise<string> {
    return (await this.ok(['share', 'study', 'knee.stl', ...flags], options)).stdout.trim()
  }

  /** All that is in a folder, as text. */
  async textOf(folder: string): Promise<string> {
    const files = await this.bench.files(folder)
    const texts = files.map(async (path) => await readFile(this.bench.path(folder, path), 'latin1'))
    return (await Promise.all(texts)).join('\n')
  }
}

/** `gantry hub`, until `stop` interrupts it. */
export async function startHub(
  bench: Workbench,
  flags: readonly string[] = [],
  options: RunOptions = {},
): Promise<{ readonly url: string; readonly stop: () => Promise<RunResult> }> {
  let interrupt: () => void = () => {}
  let running: Promise<RunResult> | undefined
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    running = bench.gantry(['hub', '--folder', 'hub', '--port', '0', '--json', ...flags], {
      ...options,
      watch(piece, ask) {
        text += piece
        interrupt = () => ask('signal')
        const found = /"type":"hub","url":"([^"]+)"/u.exec(text)?.[1]
        if (found !== undefined) resolve(found)
      },
    })
    running.then(({ stdout, stderr }) => reject(new Error(`The hub ended: ${stderr}${stdout}`)), reject)
  })
  return {
    url,
    async stop() {
      interrupt()
      return await (running as Promise<RunResult>)
    },
  }
}

/** A binary STL of so many triangles. */
export function meshOf(triangles: number): Buffer {
  const bytes = Buffer.alloc(84 + 50 * triangles)
  bytes.writeUInt32LE(triangles, 80)
  for (let index = 0; index < triangles; index += 1) {
    const corners = [0, 0, 1, index, 0, 0, index + 1, 0, 0, index, 1, 0]
    for (const [at, value] of corners.entries()) bytes.writeFloatLE(value, 84 + 50 * index + 4 * at)
  }
  return bytes
}
