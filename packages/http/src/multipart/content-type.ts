/** A media type and its parameters (RFC 9110 8.3.1). */
export interface ContentType {
  /** `multipart/related`, in lower case. */
  readonly mediaType: string
  /** By name in lower case, without their quotes. */
  readonly parameters: ReadonlyMap<string, string>
}

/** Longest header that is looked at. */
const longest = 4096

/**
 * Takes a `Content-Type` apart. Values in quotes may hold anything: DICOMweb has `type="application/octet-stream;
 * transfer-syntax=1.2"`. What cannot be read is left out.
 */
export function parseContentType(text: string): ContentType {
  const [mediaType = '', ...rest] = split(text.slice(0, longest))
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const [, name, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/su.exec(parameter.trim()) ?? []
    if (name !== undefined && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), unquote(value))
  }
  return { mediaType: mediaType.trim().toLowerCase(), parameters }
}

/** At semicolons that stand in no quotes. */
function split(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|[^;])+/gsu) ?? []
}

function unquote(value: string): string {
  const quoted = /^"((?:\\.|[^"\\])*)"/su.exec(value)?.[1]
  return quoted === undefined ? value.trim() : quoted.replaceAll(/\\(.)/gsu, '$1')
}
