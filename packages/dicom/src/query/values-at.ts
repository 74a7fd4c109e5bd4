import type { DicomJson, DicomJsonElement, DicomJsonValue } from '@gantry/core'

/** The elements at the end of a path of tags: of every item of the sequences on the way. */
export function elementsAt(dataSet: DicomJson, path: readonly string[]): readonly DicomJsonElement[] {
  const [tag = '', ...rest] = path
  const element = Object.hasOwn(dataSet, tag) ? dataSet[tag] : undefined
  if (element === undefined) return []
  if (rest.length === 0) return [element]
  return (element.Value ?? []).flatMap((item) => (isItem(item) ? elementsAt(item, rest) : []))
}

/** An item of a sequence: what else is an object has no tags. */
function isItem(value: DicomJsonValue): value is DicomJson {
  return typeof value === 'object' && value !== null
}

/** A value as text, of a name each of its groups. */
export function textsOf(value: DicomJsonValue): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (value === null) return []
  return ['Alphabetic', 'Ideographic', 'Phonetic'].flatMap((group) => {
    const text = (value as Readonly<Record<string, unknown>>)[group]
    return typeof text === 'string' && text !== '' ? [text] : []
  })
}
