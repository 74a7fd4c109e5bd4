import { withoutSecrets } from '../store/without-secrets.ts'

/** Within a name, whatever is around it. */
const telling =
  /token|secret|passw|signature|credential|apikey|accesskey|privatekey|symmetrickey|accessid|authorization/u
/** The whole name. */
const exact: ReadonlySet<string> = new Set([
  'auth',
  'bearer',
  'cookie',
  'cookies',
  'headers',
  'jwt',
  'pwd',
  'sas',
  'session',
  'sessionid',
  'jsessionid',
  'sig',
])
/** Only in URLs: as fields of data they are harmless. */
const exactInUrls: ReadonlySet<string> = new Set(['key', 'code'])

/** Whether a field of this name holds what opens a door: a token, a password, headers. */
export function namesCredential(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '')
  return exact.has(plain) || telling.test(plain)
}

/**
 * Whether a URL may be written down: not one with a user or password, a fragment (where secrets of links are), or a
 * parameter that is known to hold a token, a key or a signature.
 */
export function isFreeOfCredentials(url: string): boolean {
  // What browsers drop or turn while they parse would hide a user or a parameter from us.
  if (/[\s\\\p{Cc}]/u.test(url) || url.includes('#')) return false
  if (/^https?:(?!\/\/[^/])/iu.test(url)) return false
  const [beforeQuery = ''] = url.split('?')
  if (withoutSecrets(beforeQuery) !== beforeQuery) return false
  return url
    .split(/[?&;]/u)
    .slice(1)
    .every((parameter) => isHarmless(parameter.split('=')[0] ?? ''))
}

function isHarmless(parameter: string): boolean {
  try {
    const name = decodeURIComponent(parameter)
    return !namesCredential(name) && !exactInUrls.has(name.toLowerCase())
  } catch {
    return false
  }
}

/** The field, at any depth, whose name says that it holds a credential. */
export function findCredential(value: unknown): readonly PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const path = findCredential(item)
      if (path !== undefined) return [index, ...path]
    }
    return undefined
  }
  for (const [key, member] of Object.entries(value)) {
    if (isKnownCredential(key)) return [key]
    const path = findCredential(member)
    if (path !== undefined) return [key, ...path]
  }
  return undefined
}

/** The names that every entry of a source repeats are not looked at again and again. */
const harmlessFields: ReadonlySet<string> = new Set([
  'path',
  'size',
  'digests',
  'sha256',
  'name',
  'type',
  'image',
  'nonce',
  'studyInstanceUID',
  'seriesInstanceUID',
  'sopInstanceUID',
  'sopClassUID',
  'transferSyntaxUID',
  'numberOfFrames',
])

function isKnownCredential(name: string): boolean {
  return !harmlessFields.has(name) && namesCredential(name)
}
