import { GantryError } from '@gantry/core'

const hubPattern = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?((?:\/[A-Za-z0-9._~-]+)*)$/u
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u

/** Whether links can name it: a URL as browsers write it, of https:, or of http: on this machine. */
export function isHub(text: string): boolean {
  const match = hubPattern.exec(text)
  if (match === null || !URL.canParse(text)) return false
  const [, protocol, host = '', , path = ''] = match
  // As a browser would write it: no default port, no dot segments, no odd spelling of an address.
  const { origin, pathname } = new URL(text)
  const asWritten = `${origin}${path === '' ? '' : pathname}` === text
  return asWritten && (protocol === 'https' || loopback.test(host))
}

/** Where a hub is, as links write it, without a slash at its end; `invalid` for what none can name, or what may hold a secret. */
export function checkHub(hub: unknown): string {
  const bare = typeof hub === 'string' && !/[?#@]/u.test(hub)
  const url = bare ? URL.parse(hub)?.href.replace(/\/+$/u, '') : undefined
  if (url !== undefined && isHub(url)) return url
  throw new GantryError(
    'invalid',
    'A hub is named by a URL such as https://hub.example.org, without user, query and fragment; http: for loopback only.',
  )
}
