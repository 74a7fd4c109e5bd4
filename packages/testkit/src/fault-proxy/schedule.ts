import { GantryError } from '@gantry/core'
import { draw } from './draw.ts'
import { type Fault, type Stage, stageOf } from './fault.ts'

/** Which messages a rule is for; what is left out does not matter. Connections have neither method, path nor body. */
export interface Match {
  readonly method?: string
  /** Against the request's target as it was sent, query included. */
  readonly path?: RegExp
  /**
   * Bytes that the body must declare: the request's, or the answer's for faults on the way down. A body without a
   * declared length counts as one byte. Default: 1 for `corrupt` and `truncate`, else 0.
   */
  readonly minBody?: number
  /** Of the messages that the above are true of, only these, counted from 1. */
  readonly nth?: number | readonly number[]
  /** Only each so manieth of them. */
  readonly every?: number
  /** Only this share of them, 0..1, drawn from the seed. */
  readonly probability?: number
}

export interface Rule {
  readonly match?: Match
  /** At most so many of them. Default: no limit. */
  readonly times?: number
  readonly fault: Fault
}

/** What a rule is matched with. */
export interface Message {
  readonly method: string
  readonly path: string
  /** Declared bytes of its body; undefined when it declares none but may have one. */
  readonly length: number | undefined
}

export interface Decision {
  /** Index in the schedule. */
  readonly rule: number
  readonly fault: Fault
  /** Numbers in 0..1 for what the fault leaves open. */
  readonly draw: (what: string) => number
}

/** The rules and how often each was met. For one message, the first rule that applies wins. */
export class Schedule {
  readonly #rules: readonly Rule[]
  readonly #seed: number
  readonly #matched: number[]
  readonly #struck: number[]
  readonly #seen = new Map<string, number>()

  constructor(rules: readonly Rule[], seed: number, mode: 'http' | 'tcp') {
    for (const rule of rules) check(rule, mode)
    this.#rules = rules
    this.#seed = seed
    this.#matched = rules.map(() => 0)
    this.#struck = rules.map(() => 0)
  }

  /** What befalls this message at this stage; undefined for nothing. */
  decide(message: Message, stage: Stage): Decision | undefined {
    for (const [index, rule] of this.#rules.entries()) {
      if (stageOf(rule.fault) !== stage || !isFor(rule, message)) continue
      const occurrence = this.#occurrence(index, message)
      const drawn = (what: string): number => draw(this.#seed, index, message.method, message.path, occurrence, what)
      const ordinal = (this.#matched[index] = (this.#matched[index] as number) + 1)
      if (!isChosen(rule.match, ordinal, drawn)) continue
      if ((this.#struck[index] as number) >= (rule.times ?? Infinity)) continue
      this.#struck[index] = (this.#struck[index] as number) + 1
      return { rule: index, fault: rule.fault, draw: drawn }
    }
    return undefined
  }

  /** How often this rule met the same request before, which unlike a count of all does not depend on their order. */
  #occurrence(rule: number, { method, path }: Message): number {
    const { match, fault } = this.#rules[rule] as Rule
    if (match?.probability === undefined && fault.kind !== 'corrupt') return 0 // nothing will be drawn
    const key = `${rule} ${method} ${path}`
    const count = this.#seen.get(key) ?? 0
    this.#seen.set(key, count + 1)
    return count
  }
}

function isFor({ match = {}, fault }: Rule, { method, path, length = 1 }: Message): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== method) return false
  if (match.path !== undefined && path.search(match.path) < 0) return false
  const needsBody = fault.kind === 'corrupt' || fault.kind === 'truncate'
  return length >= (match.minBody ?? (needsBody ? 1 : 0))
}

function isChosen(match: Match = {}, ordinal: number, drawn: (what: string) => number): boolean {
  const { nth, every, probability } = match
  if (nth !== undefined && !(typeof nth === 'number' ? nth === ordinal : nth.includes(ordinal))) return false
  if (every !== undefined && ordinal % every !== 0) return false
  return probability === undefined || drawn('probability') < probability
}

function check({ match = {}, fault }: Rule, mode: 'http' | 'tcp'): void {
  const onlyHttp = fault.kind === 'answer' || fault.kind === 'lose-answer'
  const asksForHttp = match.method !== undefined || match.path !== undefined || match.minBody !== undefined
  if (mode === 'tcp' && (onlyHttp || asksForHttp)) {
    throw new GantryError('invalid', 'A proxy of mode tcp knows no requests: its rules can match connections only.')
  }
  const at = 'at' in fault ? fault.at : undefined
  const share = typeof at === 'object' ? at.sixteenths : 0
  if (share < 0 || share > 16 || (typeof at === 'number' && !(at >= 0))) {
    throw new GantryError('invalid', 'A fault strikes at 0 bytes or more, or at 0 to 16 sixteenths.')
  }
}
