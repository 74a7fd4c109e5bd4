import { createHash } from 'node:crypto'

/** An object that was tried, and whether the hub said that it has it. */
export interface TriedObject {
  readonly sha256: string
  acknowledged: boolean
}

/** A share that was tried under an id that the test has chosen. */
export interface TriedShare {
  readonly objects: readonly string[]
  readonly maxOpens: number
  acknowledged: boolean
  /** Opens that the hub has acknowledged. */
  opens: number
}

/** A share of the whole stack; who has the secret knows what is in it. */
export interface Secret {
  readonly secret: string
  readonly sha256: string
  readonly maxOpens: number
  opens: number
}

/** What was done, as the clients know it. */
export class Ledger {
  readonly objects = new Map<string, TriedObject>()
  readonly shares = new Map<string, TriedShare>()
  readonly secrets: Secret[] = []
  /** How often an operation ended with this. */
  readonly outcomes = new Map<string, number>()
  /** Reads that came to their end with other bytes than were put. */
  readonly wrong: string[] = []

  count(operation: string, outcome: string): void {
    const name = `${operation}: ${outcome}`
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1)
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
