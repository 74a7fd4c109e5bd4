import assert from 'node:assert/strict'

import { type ErrorCode, type GantryError, isGantryError } from '@gantry/core/driver'

/** Equal bytes; says where they part, instead of printing them. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: the length`)
  if (Buffer.compare(actual, expected) === 0) return
  const at = actual.findIndex((byte, index) => byte !== expected[index])
  assert.fail(`${what}: the bytes differ from offset ${at} of ${expected.length}`)
}

/** The call must fail, with one of these codes. */
export async function failsWith(call: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<GantryError> {
  let error: unknown
  try {
    await call
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error !== undefined, `the call must fail with ${codes.join(' or ')}, and succeeded`)
  assert.ok(isGantryError(error), `the call must fail with a GantryError, not with ${describe(error)}`)
  assert.ok(
    codes.includes(error.code),
    `the call must fail with ${codes.join(' or ')}, not with ${error.code}: ${describe(error.cause ?? error)}`,
  )
  return error
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error)
}

const patience = 10_000

/** The call must end, either way: what hangs is a failure here and not the test runner's. */
export async function ends<Value>(call: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const hangs = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} hangs` })), patience)
  })
  try {
    return await Promise.race([call, hangs])
  } finally {
    clearTimeout(timer)
  }
}
