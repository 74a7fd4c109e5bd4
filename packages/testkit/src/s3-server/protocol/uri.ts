import { S3Error } from './s3-error.ts'

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 asks. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The same, with `/` left as it is. */
export function encodePath(text: string): string {
  return encodeUri(text).replaceAll('%2F', '/')
}

export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    if (cause instanceof URIError) throw new S3Error('InvalidURI')
    throw cause
  }
}

/** The pairs of a query in their order; a name without `=` has an empty value. */
export function parseQuery(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      const value = equals === -1 ? '' : pair.slice(equals + 1)
      return [decodeUri(name.replaceAll('+', ' ')), decodeUri(value.replaceAll('+', ' '))]
    })
}
