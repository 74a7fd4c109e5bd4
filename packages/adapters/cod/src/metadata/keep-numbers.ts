type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown

/** Not yet in TypeScript's library (ES2026). */
const json = JSON as typeof JSON & { readonly rawJSON?: (text: string) => unknown }
const parse: (text: string, reviver: Reviver) => unknown = JSON.parse

/**
 * Parses so that `JSON.stringify` writes numbers as they were: `60.0` stays a float for whoever tells floats from
 * integers, and an integer beyond 2^53 keeps its last digits. Where the platform cannot, as `JSON.parse` does.
 */
export function parseKeepingNumbers(text: string): unknown {
  const { rawJSON } = json
  if (rawJSON === undefined) return JSON.parse(text)
  return parse(text, (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJSON(context.source)
      : value,
  )
}
