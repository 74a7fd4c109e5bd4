import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Match } from '@gantry/testkit/fault-proxy'

import type { Backend, Direction, Place, RunningBackend } from '../backend.ts'
import { Network } from '../network.ts'
import { runGantry } from './command.ts'
import { type Contents, type Files, writeFiles } from './files.ts'
import { environment, inPlace, store } from './place.ts'

/** What a copy takes where nothing goes wrong. */
interface Usual {
  readonly requests: number
  readonly bytes: number
}

/** A backend that runs, and what its cells share. */
export class Bench {
  readonly network: Network
  readonly isLocal: boolean
  readonly #backend: RunningBackend
  readonly #folder: string
  #seed: number
  #folders = 0
  #places = 0
  #seeded: Promise<{ place: Place; contents: Contents }> | undefined
  readonly #usual = new Map<Direction, Promise<Usual>>()

  private constructor(network: Network, isLocal: boolean, backend: RunningBackend, folder: string, seed: number) {
    this.network = network
    this.isLocal = isLocal
    this.#backend = backend
    this.#folder = folder
    this.#seed = seed * 1000
  }

  static async open(backend: Backend, seed: number): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-chaos-'))
    const network = new Network(seed)
    try {
      const running = await backend.start(network, folder)
      return new Bench(network, backend.local === true, running, folder, seed)
    } catch (error) {
      await network.close()
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  get server(): string {
    return this.#backend.server
  }

  data(direction: Direction): Match {
    return this.#backend.data?.[direction] ?? {}
  }

  /** Another study each time. */
  nextSeed(): number {
    this.#seed += 1
    return this.#seed
  }

  async newFolder(): Promise<string> {
    this.#folders += 1
    const folder = join(this.#folder, `cell-${this.#folders}`)
    await mkdir(folder, { recursive: true })
    return folder
  }

  /** A new place for these. */
  async place(files: Files): Promise<Place> {
    this.#places += 1
    return await this.#backend.place(`place-${this.#places}`, files)
  }

  /** What downloads fetch: stored once. */
  async seeded(): Promise<{ place: Place; contents: Contents }> {
    return await (this.#seeded ??= this.#store())
  }

  async #store() {
    const folder = await this.newFolder()
    const files = await writeFiles(join(folder, 'local'), this.nextSeed())
    const place = await this.place(files)
    await store(folder, files, place)
    return { place, contents: await inPlace(place) }
  }

  /** Measured once, while nothing is wrong; guessed where there is no time for it. */
  async usual(direction: Direction, short: boolean): Promise<Usual> {
    if (short) return { requests: 5, bytes: 600_000 }
    const known = this.#usual.get(direction) ?? this.#measure(direction)
    this.#usual.set(direction, known)
    return await known
  }

  async #measure(direction: Direction): Promise<Usual> {
    const { network } = this
    network.set([])
    const folder = await this.newFolder()
    const local = join(folder, 'local')
    let place: Place
    if (direction === 'down') ({ place } = await this.seeded())
    else place = await this.place(await writeFiles(local, this.nextSeed()))
    const [requests, bytes] = [network.requests, network.bytes]
    const ends = direction === 'down' ? ['there:', local] : [local, 'there:']
    const run = await runGantry(
      ['copy', ...ends, ...(place.words?.[direction] ?? [])],
      await environment(folder, place),
    )
    if (run.code !== 0) throw new Error(`A copy failed where nothing was wrong: ${run.code} ${run.stderr}`)
    return { requests: network.requests - requests, bytes: network.bytes - bytes }
  }

  async close(): Promise<void> {
    await this.#backend.close()
    await this.network.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
