import type { S3Operation } from './protocol/operation.ts'

/** What goes wrong. Offsets and sizes are in bytes. */
export type S3FaultAction =
  /** Answers instead of doing anything. `code` goes into the error document, default `SlowDown`. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly code?: string
      readonly message?: string
      /** In seconds. */
      readonly retryAfter?: number
    }
  /**
   * Resets the connection. `after` is the lost answer: the request takes effect, and nobody is told. In a body it
   * happens once `bytes` of it have passed.
   */
  | { readonly kind: 'reset'; readonly when: FaultMoment; readonly bytes?: number }
  /** Goes silent at the same moments, and stays so until the client gives up or the server closes. */
  | { readonly kind: 'stall'; readonly when: FaultMoment; readonly bytes?: number }
  /**
   * Ends the answer's body after `bytes`: by closing the connection, or, `silently`, by saying that this was its
   * length all along.
   */
  | { readonly kind: 'truncate'; readonly bytes: number; readonly silently?: boolean }
  /** Inverts a bit of the byte at `at`: of the stored object, once it was verified, or of the body that is returned. */
  | { readonly kind: 'flip'; readonly what: 'stored' | 'returned'; readonly at: number }
  /** Waits, then goes on as if nothing had been. */
  | { readonly kind: 'delay'; readonly milliseconds: number }

export type FaultMoment = 'before' | 'request-body' | 'after' | 'response-body'

/** Which requests it goes wrong for: all that are given must hold. */
export interface S3FaultRule {
  readonly operation?: S3Operation | readonly S3Operation[]
  readonly method?: string
  readonly bucket?: string
  readonly key?: string | RegExp
  /** The first of the matching requests that is met, counted from 1. Default: 1. */
  readonly nth?: number
  /** How many are met from there on. Default: 1; `Infinity` for all. */
  readonly times?: number
  readonly does: S3FaultAction
}

export interface S3Fault {
  /** How often it has gone wrong. */
  readonly hits: number
  remove(): void
}

interface FaultTarget {
  readonly operation: S3Operation | undefined
  readonly method: string
  readonly bucket: string
  readonly key: string
}

export interface FaultList {
  readonly add: (rule: S3FaultRule) => S3Fault
  /** What goes wrong with this request: of several rules that hold, the first. */
  take(target: FaultTarget): S3FaultAction | undefined
}

function matches(rule: S3FaultRule, target: FaultTarget): boolean {
  const operations = rule.operation === undefined ? undefined : [rule.operation].flat()
  if (operations && (!target.operation || !operations.includes(target.operation))) return false
  if (rule.method !== undefined && rule.method !== target.method) return false
  if (rule.bucket !== undefined && rule.bucket !== target.bucket) return false
  if (rule.key === undefined) return true
  return typeof rule.key === 'string' ? rule.key === target.key : target.key.search(rule.key) !== -1
}

export function faultList(initial: readonly S3FaultRule[] = []): FaultList {
  const faults: { rule: S3FaultRule; seen: number; hits: number }[] = []

  function add(rule: S3FaultRule): S3Fault {
    const fault = { rule, seen: 0, hits: 0 }
    faults.push(fault)
    return {
      get hits() {
        return fault.hits
      },
      remove: () => {
        const index = faults.indexOf(fault)
        if (index !== -1) faults.splice(index, 1)
      },
    }
  }

  for (const rule of initial) add(rule)
  return {
    add,
    take: (target) => {
      let taken: S3FaultAction | undefined
      for (const fault of faults) {
        if (!matches(fault.rule, target)) continue
        fault.seen += 1
        const { nth = 1, times = 1, does } = fault.rule
        if (taken || fault.seen < nth || fault.seen >= nth + times) continue
        fault.hits += 1
        taken = does
      }
      return taken
    },
  }
}
