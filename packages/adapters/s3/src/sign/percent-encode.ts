/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 wants it. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/gu, (character) => escapes[character] ?? character)
}

/** The same for a key, whose slashes stay. */
export function percentEncodePath(key: string): string {
  return percentEncode(key).replaceAll('%2F', '/')
}

const escapes: { readonly [character: string]: string } = {
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '*': '%2A',
}

/** A query in SigV4's canonical form: encoded, sorted by name and value. */
export function canonicalQuery(query: Iterable<readonly [string, string]>): string {
  const pairs = [...query].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
  return pairs.sort().join('&')
}
