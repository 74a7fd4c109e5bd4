/** A string, or what Python's `json` writes for a number that is none. */
const strings = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gsu

/** JSON text in which `NaN`, `Infinity` and `-Infinity` are strings of that name. */
export function withoutNaN(text: string): string {
  return text.replaceAll(strings, (found) => (found.startsWith('"') ? found : `"${found}"`))
}
