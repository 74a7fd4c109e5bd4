// What the conformance suite uses of `node:assert/strict`, for pages.

export class AssertionError extends Error {
  override readonly name = 'AssertionError'

  constructor({ message }: { message: string }) {
    super(message)
  }
}

function fail(message = 'failed'): never {
  throw new AssertionError({ message })
}

function ok(value: unknown, message?: string): void {
  if (!value) fail(message ?? 'a condition does not hold')
}

function equal(actual: unknown, expected: unknown, message = 'not equal'): void {
  if (!Object.is(actual, expected)) fail(`${message}: ${String(actual)} instead of ${String(expected)}`)
}

function notEqual(actual: unknown, expected: unknown, message = 'equal'): void {
  if (Object.is(actual, expected)) fail(`${message}: ${String(actual)}`)
}

function deepEqual(actual: unknown, expected: unknown, message = 'not deeply equal'): void {
  if (same(actual, expected)) return
  fail(`${message}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`)
}

function match(text: string, pattern: RegExp, message = 'no match'): void {
  if (!pattern.test(text)) fail(`${message}: ${text}`)
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const [left, right] = [Object.entries(a), Object.entries(b)]
  const values = new Map(right)
  return left.length === right.length && left.every(([key, value]) => values.has(key) && same(value, values.get(key)))
}

const assert = { AssertionError, deepEqual, equal, fail, match, notEqual, ok }

// oxlint-disable-next-line import/no-default-export -- as the module has it that it stands for
export default assert
