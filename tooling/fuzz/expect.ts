import { isGantryError } from '@gantry/core'

/** An invariant that does not hold. */
class Broken extends Error {
  override readonly name = 'Broken'
}

export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what)
}

/** The value, or the code of the refusal: any error that is none of ours, or that we have no word for, is thrown. */
export async function valueOrCode<Value>(
  work: () => Promise<Value> | Value,
): Promise<{ readonly value: Value } | { readonly code: string }> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!isGantryError(error) || error.code === 'internal') throw error
    return { code: error.code }
  }
}
