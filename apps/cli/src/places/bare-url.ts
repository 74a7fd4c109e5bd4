/** A URL without user, query and fragment; `undefined` for all that is none. */
export function bareUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  if (url === null || /[?#]/u.test(text) || `${url.username}${url.password}` !== '') return undefined
  return url
}
