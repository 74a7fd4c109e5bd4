/** Loads what is asked for once, for all who ask. What failed is loaded again by the next: a network comes back. */
export class LoadedOnce<Value> {
  readonly #load: () => Promise<Value>
  #loading: Promise<Value> | undefined

  constructor(load: () => Promise<Value>) {
    this.#load = load
  }

  async get(): Promise<Value> {
    const loading = (this.#loading ??= this.#load())
    try {
      return await loading
    } catch (error) {
      // The next may be under way already.
      if (this.#loading === loading) this.#loading = undefined
      throw error
    }
  }

  /** What was loaded, or is being; nothing where nobody has asked, or it failed. */
  async loaded(): Promise<Value | undefined> {
    return await this.#loading?.catch(() => undefined)
  }

  forget(): void {
    this.#loading = undefined
  }
}
