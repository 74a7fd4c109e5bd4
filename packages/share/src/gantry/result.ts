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
  /** What it throws is not listened to. */
  readonly onProgress?: ((progress: CallProgress) => void) | undefined
}

/** Runs a call unless its signal is aborted; whatever it throws becomes its error. */
export async function answer<Value, Settings extends CallSettings = CallSettings>(
  settings: Settings | undefined,
  work: (settings: Settings) => Value | Promise<Value>,
): Promise<Result<Value>> {
  try {
    const checked = checkSettings(settings)
    throwIfAborted(checked.signal)
    return { value: await work(checked) }
  } catch (error) {
    return { error: toGantryError(error) }
  }
}

function toGantryError(error: unknown): GantryError {
  if (isGantryError(error)) return error
  return new GantryError('internal', 'The call failed in a way that nobody expected.', { cause: error })
}

/** Settings as store calls take them. */
export function callOf(settings: CallSettings | undefined): { readonly signal?: Signal } {
  return settings?.signal === undefined ? {} : { signal: settings.signal }
}

/** Fails with `cancelled` once the caller has lost interest. */
export function throwIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}

/** Callers without a compiler hand in anything. */
function checkSettings<Settings extends CallSettings>(settings: Settings | undefined): Settings {
  if (settings === undefined) return {} as Settings
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) throw noSettings()
  const { signal, onProgress } = settings
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') throw noSettings()
  if (onProgress === undefined) return settings
  if (typeof onProgress !== 'function') throw noSettings()
  return { ...settings, onProgress: heedless(onProgress) }
}

/** Progress is told, not asked for: whoever listens cannot break the call. */
function heedless(tell: (progress: CallProgress) => void): (progress: CallProgress) => void {
  return (progress) => {
    try {
      tell(progress)
    } catch {
      // Its own affair.
    }
  }
}

function noSettings(): GantryError {
  return new GantryError(
    'invalid',
    'Settings of a call are an object: signal is an AbortSignal, onProgress a function.',
  )
}
