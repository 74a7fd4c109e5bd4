import { GantryError, isGantryError, type Signal } from '@gantry/core'

/** What every call answers: a value, or why there is none. Nothing is thrown. */
export type Result<Value> =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly error: GantryError; readonly value?: undefined }

/** How far a call is; bytes where it moves bytes, else files. */
export interface CallProgress {
  readonly done: number
  readonly total: number
}

/** What every call takes. */
export interface CallSettings {
  readonly signal?: Signal | undefined
  readonly onProgress?: ((progress: CallProgress) => void) | undefined
}

/** Runs a call; whatever it throws becomes its error. */
export async function resultOf<Value>(work: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (isGantryError(error)) return { error }
    return { error: new GantryError('internal', 'The call failed in a way that nobody expected.', { cause: error }) }
  }
}

/** Settings as store calls take them. */
export function callOf(settings: CallSettings | undefined): { readonly signal?: Signal } {
  return settings?.signal === undefined ? {} : { signal: settings.signal }
}

/** Fails with `cancelled` once the caller has lost interest. */
export function throwIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}
