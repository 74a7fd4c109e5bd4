/**
 * How the record of a job names a project of the IGT cloud: by all that says what is moved, and nothing that opens it.
 * Who logs in is said by the command alone.
 */
export function igtPlace(
  origin: string,
  { project, institute }: { readonly project: string; readonly institute: string },
  words: object,
): string {
  const path = [project, institute].map(encodeURIComponent).join('/')
  const query = Object.entries(words).filter(([, value]) => value !== undefined)
  return `igt+${origin}/${path}/${encodeURIComponent(JSON.stringify(query))}`
}

export function isIgtPlace(address: string): boolean {
  return address.startsWith('igt+')
}
