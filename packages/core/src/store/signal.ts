/** What core needs of a signal. */
interface LeastSignal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * The platform's own `AbortSignal`, so that `fetch` and its like take it as it is; core alone, which knows the types of no
 * platform, sees the least of it.
 */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Platform extends LeastSignal } }
  ? Platform
  : LeastSignal

/** `AbortController` of the platform: every one has it, and what `fetch` takes is made by nothing else. */
export type SignalMaker = new () => { readonly signal: Signal; abort(reason?: unknown): void }
