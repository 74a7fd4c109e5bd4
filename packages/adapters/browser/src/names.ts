/** Where bytes are until they are whole; never listed. */
export const partsFolder = '.gantry-parts'

/** Browsers, and Windows, refuse these in a name. `%` is ours. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const forbidden = /[\u0000-\u001F\u007F"*/:<>?\\|]|%(?=[0-9A-F]{2})/gu
/** Names of devices, whatever follows their first dot. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00B9\u00B2\u00B3])(?=$|[. ])/iu
/** Endings that browsers refuse, and their own temporary ones. */
const refused = /\.(?=(?:lnk|local|scf|url|crswap)$)/iu

/**
 * The name of a file for a segment of a path: the same, but for what Windows or browsers refuse, which is written as
 * `%XX`. `nameOf` and `segmentOf` undo each other, so that two paths never meet in one file.
 */
export function nameOf(segment: string): string {
  let name = segment.replaceAll(forbidden, escapeAll)
  if (reserved.test(name)) name = escapeAll(name.slice(0, 1)) + name.slice(1)
  name = name.replace(refused, escapeAll).replace(/[. ]$/u, escapeAll)
  return name.toLowerCase() === partsFolder ? escapeAll('.') + name.slice(1) : name
}

/** The segment that a file's name stands for; what was not named here keeps its name. */
export function segmentOf(name: string): string {
  const segment = name.replaceAll(/%([0-9A-F]{2})/gu, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  return nameOf(segment) === name ? segment : name
}

/** Of ASCII alone, which is all that is ever escaped but for three digits that Windows takes for others. */
function escapeAll(text: string): string {
  const escape = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  return text.replaceAll(/[^]/gu, escape)
}
