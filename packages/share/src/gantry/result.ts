import { asGantryError, GantryError, type Signal } from '@gantry/core'

/** What every call answers: a value, or why there is none. Nothing is thrown. */
export type Result<Value> =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly error: GantryError; readonly value?: undefined }

/**
 * How far a call is: bytes where it moves bytes, files where it reads their headers, else items. Of what is uploaded, reading for
 * its digest is one half, and sending the other. Nothing goes back, and where the call succeeds all of it is done at the end.
 */
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
    const { onProgress } = checked
    if (onProgress === undefined) return { value: await work(checked) }
    const steady = steadily(onProgress)
    const value = await work({ ...checked, onProgress: steady.tell })
    steady.end()
    return { value }
  } catch (error) {
    return { error: asGantryError(error, 'The call failed in a way that nobody expected.') }
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

/** One progress of a call, whoever in it tells of some. */
function steadily(tell: (progress: CallProgress) => void) {
  let last: CallProgress | undefined
  return {
    tell: ({ done, total }: CallProgress) => {
      const next = { done: Math.max(done, last?.done ?? 0), total: Math.max(total, done, last?.total ?? 0) }
      if (next.done === last?.done && next.total === last.total) return
      last = next
      tell(next)
    },
    end: () => {
      if (last !== undefined && last.done < last.total) tell({ done: last.total, total: last.total })
    },
  }
}

/** Progress of parts that come one after the other, of about so much each, as that of the whole. */
export function inTurn(
  { onProgress }: CallSettings,
  sizes: readonly number[],
): (index: number) => CallSettings['onProgress'] {
  const known = [...sizes]
  const sum = (from: number, to: number) => known.slice(from, to).reduce((all, size) => all + size, 0)
  return (index) =>
    onProgress === undefined
      ? undefined
      : ({ done, total }) => {
          known[index] = total
          onProgress({ done: sum(0, index) + done, total: sum(0, known.length) })
        }
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
