import { GantryError, isGantryError } from '@gantry/core'

/** Runs a call to the store behind a view: what fails is told of the view's own path. */
export async function renaming<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw renamed(error, path)
  }
}

/** A body of which what fails is told of the view's own path. */
export async function* renamingBody(
  path: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body
  } catch (error) {
    throw renamed(error, path)
  }
}

function renamed(error: unknown, path: string): unknown {
  if (!isGantryError(error) || error.path === path) return error
  const { code, message, retryable, retryAfter, store } = error
  return new GantryError(code, message, { path, retryable, retryAfter, store, cause: error })
}
