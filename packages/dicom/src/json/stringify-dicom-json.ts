import type { DicomJson } from '@gantry/core'

/**
 * Serializes with the elements of every data set in ascending order, as PS3.18 F.2.2 demands. `JSON.stringify` does
 * not: JavaScript puts keys that look like array indexes, as `30060020` does, before all others.
 */
export function stringifyDicomJson(json: DicomJson): string {
  return stringify(json)
}

function stringify(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`
  const entries = Object.entries(value)
  if (entries.every(([key]) => isTag.test(key))) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${stringify(part)}`).join(',')}}`
}

const isTag = /^[0-9A-F]{8}$/u
