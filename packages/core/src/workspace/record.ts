/** Data of an unknown shape. */
export type JsonRecord = { readonly [key: string]: unknown }

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Converts the items of a list; what is no list stays as it is, for the schema to refuse. */
export function mapList(value: unknown, convert: (item: unknown, index: number) => unknown): unknown {
  return Array.isArray(value) ? value.map((item: unknown, index) => convert(item, index)) : value
}

/** The record without members that are `undefined`. */
export function defined(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
