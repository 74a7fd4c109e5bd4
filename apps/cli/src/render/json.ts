/** One JSON object a line. Line separators that some readers split at are escaped. */
export function toJsonLine(value: object): string {
  return `${JSON.stringify(value)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)}\n`
}
