import { createHmac, randomBytes } from 'node:crypto'

/**
 * What things are called in the queue: keyed hashes, because a Study Instance UID or the name of a place can identify, and
 * a plain hash of one can be guessed. The key is the ledger's, so the same study is the same job from whichever machine.
 */
export class FleetNames {
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
  }

  static newKey(): Uint8Array {
    return randomBytes(32)
  }

  /** Whether these are the names of that key. */
  isOf(key: Uint8Array): boolean {
    return Buffer.from(this.#key).equals(key)
  }

  /** Of a destination: its parts wait there. */
  queue(to: string): string {
    return `to-${this.#hash(['queue', to]).slice(0, 16)}`
  }

  /** Job of a study that goes from one place to another. */
  study(from: string, to: string, study: string): string {
    return this.#hash(['study', from, to, study])
  }

  #hash(parts: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('hex').slice(0, 32)
  }
}

/** Where the studies of a destination wait for their parts. */
export function studiesQueue(queue: string): string {
  return `${queue}-studies`
}

/** What a part is called in logs and lists. */
export function partName(study: string, part: number): string {
  return `${study}-${part}`
}

/**
 * Jobs of a plan. One that takes its place has jobs of its own, because a queue ignores a job that is called like one that it
 * has, and those of the old plan may be at work, or lie there as failed.
 */
export function studyJobId(study: string, run: string): string {
  return `${study}-${run}`
}

export function partJobId(study: string, run: string, part: number): string {
  return `${studyJobId(study, run)}-${part}`
}
