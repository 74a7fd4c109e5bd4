import { malformedFrame } from '../errors.ts'

/** What makes a module by Emscripten. */
type CodecFactory<Module> = (options: CodecOptions) => Promise<Module>

interface CodecOptions {
  readonly locateFile?: (name: string) => string
  /** Codecs talk: to nobody. */
  readonly print: () => void
  readonly printErr: () => void
}

const silent = { print: () => {}, printErr: () => {} }

/** In a page or a worker; in Node, codecs find their files beside themselves. */
const inBrowser = 'document' in globalThis || 'WorkerGlobalScope' in globalThis

let locate: ((name: string) => string) | undefined

/**
 * Where the `.wasm` files of the codecs are, for browsers whose bundler does not find them by itself, as Vite and webpack do:
 * a name such as `openjpegwasm_decode.wasm` gives a URL. Counts for codecs that are loaded from then on. Node needs no telling.
 */
export function locateCodecs(locateFile: (name: string) => string): void {
  locate = locateFile
}

/**
 * A codec that is loaded when it is first used. After a failure a module's memory may be in disorder, and after an abort
 * it is dead: it is let go of, and the next frame gets a new one.
 */
export class Codec<Module> {
  readonly #load: () => Promise<{ readonly default: CodecFactory<Module> }>
  readonly #file: () => URL
  #module: Promise<Module> | undefined

  /** `file` is a `new URL('...', import.meta.url)`, by which bundlers know what to put beside the code. */
  constructor(load: () => Promise<{ readonly default: CodecFactory<Module> }>, file: () => URL) {
    this.#load = load
    this.#file = file
  }

  async use<T>(work: (module: Module) => T): Promise<T> {
    this.#module ??= this.#start()
    const module = this.#module
    const started = await module.catch((error: unknown) => {
      if (this.#module === module) this.#module = undefined
      throw error
    })
    try {
      return work(started)
    } catch (error) {
      if (this.#module === module) this.#module = undefined
      throw error
    }
  }

  async #start(): Promise<Module> {
    const { default: factory } = await this.#load()
    // One of its own: it becomes the module.
    const locateFile = locate ?? (inBrowser ? () => this.#file().href : undefined)
    return await factory(locateFile === undefined ? { ...silent } : { ...silent, locateFile })
  }
}

/** An instance of a class of a module, which has to be given back. */
export interface Disposable {
  delete(): void
}

/** What C++ throws is a number: no error goes out that is none. */
export function using<Instance extends Disposable, T>(create: () => Instance, work: (instance: Instance) => T): T {
  try {
    const instance = create()
    const result = work(instance)
    instance.delete()
    return result
  } catch (error) {
    throw error instanceof Error && error.name === 'GantryError'
      ? error
      : malformedFrame('its bytes are damaged', error)
  }
}
