import type { S3FaultAction } from '../s3-server/fault.ts'
import type { GcsOperation } from './protocol/operation.ts'

/** What goes wrong: as with the S3 server, where `code` is the `reason` of the error; or an answer in mid-upload. */
export type GcsFaultAction =
  | S3FaultAction
  /** Takes `bytes` of the body, keeps of them what GCS would, and answers. */
  | { readonly kind: 'answer-midway'; readonly status: number; readonly bytes: number }

/** Which requests it goes wrong for: all that are given must hold. */
export interface GcsFaultRule {
  readonly operation?: GcsOperation | readonly GcsOperation[]
  readonly method?: string
  readonly bucket?: string
  readonly object?: string | RegExp
  /** The first of the matching requests that is met, counted from 1. Default: 1. */
  readonly nth?: number
  /** How many are met from there on. Default: 1; `Infinity` for all. */
  readonly times?: number
  readonly does: GcsFaultAction
}

export interface GcsFault {
  /** How often it has gone wrong. */
  readonly hits: number
  remove(): void
}

interface FaultTarget {
  readonly operation: GcsOperation | undefined
  readonly method: string
  readonly bucket: string
  readonly object: string
}

/** Rules that were given, in their order. */
export class GcsFaults {
  readonly #faults: { readonly rule: GcsFaultRule; seen: number; hits: number }[] = []

  add(rule: GcsFaultRule): GcsFault {
    const faults = this.#faults
    const fault = { rule, seen: 0, hits: 0 }
    faults.push(fault)
    return {
      get hits() {
        return fault.hits
      },
      remove() {
        const index = faults.indexOf(fault)
        if (index !== -1) faults.splice(index, 1)
      },
    }
  }

  /** What goes wrong with this request: of several rules that hold, the first. */
  take(target: FaultTarget): GcsFaultAction | undefined {
    let taken: GcsFaultAction | undefined
    for (const fault of this.#faults) {
      if (!matches(fault.rule, target)) continue
      fault.seen += 1
      const { nth = 1, times = 1, does } = fault.rule
      if (taken !== undefined || fault.seen < nth || fault.seen >= nth + times) continue
      fault.hits += 1
      taken = does
    }
    return taken
  }
}

function matches({ operation, method, bucket, object }: GcsFaultRule, target: FaultTarget): boolean {
  if (operation !== undefined && (target.operation === undefined || ![operation].flat().includes(target.operation))) {
    return false
  }
  if (method !== undefined && method !== target.method) return false
  if (bucket !== undefined && bucket !== target.bucket) return false
  if (object === undefined) return true
  return typeof object === 'string' ? object === target.object : target.object.search(object) !== -1
}
