/** A string, or what Python's `json` writes for a number that is none. */
const strings = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gsu

/** JSON text in which `NaN`, `Infinity` and `-Infinity` are strings of that name. */
function withoutNaN(text: string): string {
  return text.replaceAll(strings, (found) => (found.startsWith('"') ? found : `"${found}"`))
}

/** Python writes numbers that JSON has no form for, and reads them back. */
export function parseLeniently(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text)
  } catch (error) {
    const lenient = withoutNaN(text)
    if (lenient === text) throw error
    return parse(lenient)
  }
}
