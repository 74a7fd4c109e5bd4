interface Handle<Value> {
  readonly value: Promise<Value>
  users: number
}

/** What somebody uses until it is released; to release it twice is to do so once. */
export interface Held<Value> {
  readonly value: Value
  readonly release: () => void
}

/** What is opened once for all who use it at a time, each by its key; a few that nobody uses stay open for who comes next. */
export class SharedHandles<Value> {
  readonly #close: (value: Value) => Promise<unknown>
  readonly #mostIdle: number
  /** The one that was used last stands last. */
  readonly #handles = new Map<string, Handle<Value>>()
  readonly #closing = new Set<Promise<void>>()

  /** A `close` that fails is not heard of: nobody waits for it who could do anything. */
  constructor(close: (value: Value) => Promise<unknown>, mostIdle: number) {
    this.#close = close
    this.#mostIdle = mostIdle
  }

  /** `open` is called where it is not open, and not about to be. */
  async hold(key: string, open: () => Promise<Value>): Promise<Held<Value>> {
    const handle = this.#handles.get(key) ?? { value: open(), users: 0 }
    this.#handles.delete(key)
    this.#handles.set(key, handle)
    // Counted before it is open: nobody else's release closes it meanwhile.
    handle.users += 1
    let released = false
    const release = () => {
      if (released) return
      released = true
      handle.users -= 1
      this.#endIdle()
    }
    try {
      return { value: await handle.value, release }
    } catch (error) {
      // What could not be opened is tried again; unless somebody does so already.
      if (this.#handles.get(key) === handle) this.#handles.delete(key)
      throw error
    }
  }

  /** Closes all, those that are held as well. */
  async close(): Promise<void> {
    for (const handle of this.#handles.values()) this.#end(handle)
    this.#handles.clear()
    await Promise.all(this.#closing)
  }

  #endIdle(): void {
    const idle = [...this.#handles].filter(([, { users }]) => users === 0)
    for (const [key, handle] of idle.slice(0, Math.max(0, idle.length - this.#mostIdle))) {
      this.#handles.delete(key)
      this.#end(handle)
    }
  }

  #end({ value }: Handle<Value>): void {
    const ended = () => void this.#closing.delete(closing)
    const closing: Promise<void> = value.then(this.#close).then(ended, ended)
    this.#closing.add(closing)
  }
}
