/** Parts of a number: which of them may follow, by digit, point, exponent and sign; those that may be the last. */
const numberParts: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>> = {
  minus: { '0': 'zero', '9': 'integer' },
  zero: { '.': 'point', e: 'exponent' },
  integer: { '0': 'integer', '9': 'integer', '.': 'point', e: 'exponent' },
  point: { '0': 'fraction', '9': 'fraction' },
  fraction: { '0': 'fraction', '9': 'fraction', e: 'exponent' },
  exponent: { '0': 'power', '9': 'power', '+': 'sign', '-': 'sign' },
  sign: { '0': 'power', '9': 'power' },
  power: { '0': 'power', '9': 'power' },
}
const lastParts: ReadonlySet<string> = new Set(['zero', 'integer', 'fraction', 'power'])

const literals: Readonly<Partial<Record<string, string>>> = { t: 'rue', f: 'alse', n: 'ull' }

/** What a text has without escapes. */
const plainText = /[ !#-[\]-\u{10ffff}]+/uy
const space = /[ \t\n\r]+/uy
/** One that has ended. */
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[ \t\n\r,\]}])/uy
/** Numbers of an array, up to one that another value comes after; as many as an expression takes without its stack ending. */
const numbers = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?[ \t\n\r]*,[ \t\n\r]*){1,1000}/uy
/** Where space may be. */
const between: ReadonlySet<string> = new Set(['value', 'value or end', 'key', 'key or end', 'colon', 'after'])

/** How deep arrays and objects may be nested: what lies deeper, the readers of annotations do not parse either. */
const deepest = 1000

/** Tells of text that comes piece by piece whether it is JSON, as `JSON.parse` has it (RFC 8259), and keeps none of it. */
export class JsonCheck {
  /** What may come next; of a number, its part. */
  #state = 'value'
  /** Of each array or object that is open, innermost last: whether it is an object. */
  readonly #open: boolean[] = []
  #isKey = false
  /** What a literal or the number of an escape has yet to have. */
  #rest = ''

  /** Whether what came until now can become JSON. */
  push(text: string): boolean {
    for (let index = this.#pass(text, 0); index < text.length; index = this.#pass(text, index + 1)) {
      if (!this.#take(text.charAt(index))) return false
    }
    return true
  }

  /** Whether all of it is. */
  end(): boolean {
    return this.#open.length === 0 && (this.#state === 'after' || lastParts.has(this.#state))
  }

  /** Past what can be taken at once, which is nearly all. */
  #pass(text: string, from: number): number {
    if (this.#state === 'text') return endOf(plainText, text, from)
    if (!between.has(this.#state)) return from
    const start = endOf(space, text, from)
    if (this.#state !== 'value' && this.#state !== 'value or end') return start
    const end = this.#state === 'value' && this.#open.at(-1) === false ? endOf(numbers, text, start) : start
    const last = endOf(number, text, end)
    if (last > end) this.#state = 'after'
    return last
  }

  #take(one: string): boolean {
    switch (this.#state) {
      case 'text':
        return this.#inText(one)
      case 'escape':
        if (one === 'u') return this.#become('escaped', '0000')
        return '"\\/bfnrt'.includes(one) && this.#become('text')
      case 'escaped':
        if (!/[0-9a-f]/iu.test(one)) return false
        return this.#become(this.#rest.length === 1 ? 'text' : 'escaped', this.#rest.slice(1))
      case 'literal':
        if (!this.#rest.startsWith(one)) return false
        return this.#become(this.#rest.length === 1 ? 'after' : 'literal', this.#rest.slice(1))
      default:
        return this.#inNumber(one) ?? (isSpace(one) || this.#between(one))
    }
  }

  #inText(one: string): boolean {
    if (one === '"') return this.#become(this.#isKey ? 'colon' : 'after')
    // Nothing else ends the plain part of a text but what must be escaped.
    return one === '\\' && this.#become('escape')
  }

  /** `undefined`: this is none, or no part of it any more. */
  #inNumber(one: string): boolean | undefined {
    const parts = numberParts[this.#state]
    if (parts === undefined) return undefined
    const kind = one >= '1' && one <= '9' ? '9' : one === 'E' ? 'e' : one
    const next = Object.hasOwn(parts, kind) ? parts[kind] : undefined
    if (next !== undefined) return this.#become(next)
    if (!lastParts.has(this.#state)) return false
    this.#state = 'after'
    return undefined
  }

  #between(one: string): boolean {
    const inObject = this.#open.at(-1)
    switch (this.#state) {
      case 'colon':
        return one === ':' && this.#become('value')
      case 'after':
        if (one === ',') return inObject !== undefined && this.#become(inObject ? 'key' : 'value')
        return this.#close(one)
      case 'key':
      case 'key or end':
        if (one === '"') return this.#text(true)
        return this.#state === 'key or end' && this.#close(one)
      default:
        return (this.#state === 'value or end' && this.#close(one)) || this.#begin(one)
    }
  }

  #begin(one: string): boolean {
    const rest = Object.hasOwn(literals, one) ? literals[one] : undefined
    if (rest !== undefined) return this.#become('literal', rest)
    if (one === '"') return this.#text(false)
    if (one === '-') return this.#become('minus')
    if (one >= '0' && one <= '9') return this.#become(one === '0' ? 'zero' : 'integer')
    if ((one !== '{' && one !== '[') || this.#open.length === deepest) return false
    this.#open.push(one === '{')
    return this.#become(one === '{' ? 'key or end' : 'value or end')
  }

  #close(one: string): boolean {
    const inObject = this.#open.at(-1)
    if (inObject === undefined || one !== (inObject ? '}' : ']')) return false
    this.#open.pop()
    return this.#become('after')
  }

  #text(isKey: boolean): boolean {
    this.#isKey = isKey
    return this.#become('text')
  }

  #become(state: string, rest = ''): true {
    this.#state = state
    this.#rest = rest
    return true
  }
}

function endOf(run: RegExp, text: string, start: number): number {
  run.lastIndex = start
  return run.test(text) ? run.lastIndex : start
}

function isSpace(one: string): boolean {
  return one === ' ' || one === '\n' || one === '\r' || one === '\t'
}
