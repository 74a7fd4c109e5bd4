import type { Context } from '../context.ts'
import { openPlaces } from '../places/open-places.ts'

/** A shell waits while it completes: what no service has told by then is not offered (milliseconds). */
const patience = 5000
/** The scripts hand it to the shell, which would run what looks like a command. */
const harmless = /^[\p{L}\p{N}_.:/@+-]*$/u
/** More than anyone reads. */
const most = 200

/** Places that a URL or remote which is only begun may go on to, where its adapter can tell. Never throws. */
export async function completeUrls(context: Context, word: string): Promise<string[]> {
  const patient = new AbortController()
  const signal = AbortSignal.any([context.signal, patient.signal])
  let timer: NodeJS.Timeout | undefined
  const offered: string[] = []
  try {
    const places = await openPlaces(context)
    // The last part of a store's URL can be begun as well, but then it looks like a whole one.
    const above = word.slice(0, word.lastIndexOf('/') + 1)
    for (const base of [word, above]) {
      const found = await places.discover(base, {}, signal)
      if (found === undefined) continue
      // Not before: loading takes its time on a busy machine, and is no fault of the service.
      timer = setTimeout(() => patient.abort(), patience)
      for await (const { url, store, error } of found.discover(found.url) ?? []) {
        if (!url.startsWith(found.url) || error?.code === 'invalid') continue
        const value = join(base, url.slice(found.url.length)) + (store ? '' : '/')
        if (value.startsWith(word) && harmless.test(value)) offered.push(value)
        if (offered.length >= most) return offered
      }
      return offered
    }
  } catch {
    // The command itself will say what is wrong.
  } finally {
    clearTimeout(timer)
  }
  return offered
}

/** A remote is followed by no slash. */
function join(base: string, rest: string): string {
  return base.endsWith(':') ? base + rest.replace(/^\/+/u, '') : base + rest
}
