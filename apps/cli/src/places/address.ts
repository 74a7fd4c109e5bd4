import { fileURLToPath } from 'node:url'

import { UsageError } from '../usage-error.ts'

/** What a source or destination on the command line, or in a job's record, says. */
export type Address =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly scheme: string; readonly url: string; readonly options: Given }
  | { readonly kind: 'remote'; readonly name: string; readonly sub: string; readonly options: Given }

/** Options of a store as text, from `?key=value` or from flags. */
export type Given = Readonly<Record<string, string>>

/**
 * Reads `./folder`, `C:\folder`, `s3://bucket/prefix?endpoint=...`, `pacs:` or `pacs:sub/path`.
 *
 * Anything with a colon before its first slash is a URL or a remote, never a path, so that a typing error in a remote's
 * name does not make a folder of that name. `remotes`: `undefined` where none can be named.
 */
export function parseAddress(text: string, remotes: ReadonlySet<string> | undefined): Address {
  if (text === '') throw new UsageError('A source or destination is empty.')
  // Elsewhere it means what comes in or goes out by a pipe, and whoever meant that shall not get a folder.
  if (text === '-')
    throw new UsageError('Nothing is read from or written to a pipe. A folder of that name is written ./-')
  // Whoever mixes up the arguments shall not find the secret repeated in a log.
  if (/(?:^gantry:|\/)s\/[\w-]+#/u.test(text)) {
    throw new UsageError('This is the secret link of a share, not a place: gantry open SECRET DESTINATION')
  }
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*:[^/]*@/iu.test(text)) {
    throw new UsageError('A URL holds no password here: set it in the environment, or in the options of a remote.')
  }
  if (/^[A-Za-z]:[\\/]/u.test(text)) return { kind: 'path', path: text }
  const [, name, rest = ''] = /^([A-Za-z][A-Za-z0-9+._-]*):(.*)$/su.exec(text) ?? []
  if (name === undefined) return { kind: 'path', path: text }
  if (remotes?.has(name) === true) {
    const { place, options } = splitQuery(rest)
    return { kind: 'remote', name, sub: place.replace(/^\/+|\/+$/gu, ''), options }
  }
  // Schemes have no case (RFC 3986 3.1).
  const scheme = name.toLowerCase()
  const url = `${scheme}:${rest}`
  if (rest.startsWith('//') || url === 'memory:' || url.startsWith('file:/')) {
    const { place, options } = splitQuery(url)
    return { kind: 'url', scheme, url: place, options }
  }
  if (scheme === 'file') throw new UsageError(`A folder is written as its path, ${rest}, or as file:///PATH.`)
  throw new UsageError(`${whatThereIs(name, remotes)} A folder of that name is written ./${text}`)
}

function whatThereIs(name: string, remotes: ReadonlySet<string> | undefined): string {
  if (remotes === undefined) return `"${name}:" begins no URL, and no remote is named by another.`
  const known = remotes.size === 0 ? 'none is configured' : `there are: ${[...remotes].join(', ')}`
  return `There is no remote "${name}"; ${known}.`
}

/** What a remote is in the configuration. */
export function parseRemote(name: string, text: string): Address {
  try {
    return parseAddress(text, undefined)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`remotes.${name}: ${error.message}`, { cause: error }) : error
  }
}

/** The same place, written so that it opens again in another process: what a job's record keeps. */
export function formatAddress(place: string, options: Given): string {
  const query = new URLSearchParams(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))).toString()
  return query === '' ? place : `${place}?${query}`
}

/** Of a `file:` URL. */
export function pathOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new UsageError('A URL of a file is written file:///PATH, with %25 for a percent sign, and names no host.', {
      cause,
    })
  }
}

/** The folder that a URL's or remote's last segment lies in. */
export function parentOf(address: Address): { address: Address; name: string } | undefined {
  if (address.kind === 'remote') {
    const slash = address.sub.lastIndexOf('/')
    const name = address.sub.slice(slash + 1)
    return name === '' ? undefined : { address: { ...address, sub: address.sub.slice(0, Math.max(0, slash)) }, name }
  }
  if (address.kind === 'path') return undefined
  const [, base, name] = /^([a-z][a-z0-9+.-]*:\/\/[^/]+(?:\/.*)?)\/([^/]+)$/su.exec(address.url) ?? []
  return base === undefined || name === undefined ? undefined : { address: { ...address, url: base }, name }
}

/** Options begin at a `?` that `key=value` follows; any other is part of a name. */
export function splitQuery(text: string): { place: string; options: Given } {
  const [, place = text, query = ''] = /^(.*?)\?((?:[A-Za-z]\w*=[^&]*)(?:&[A-Za-z]\w*=[^&]*)*)$/su.exec(text) ?? []
  return { place, options: Object.fromEntries(new URLSearchParams(query)) }
}
