import type { DicomJson, DicomJsonElement } from '@gantry/core'

/**
 * Serializes with the elements of every data set in ascending order, as PS3.18 F.2.2 demands. `JSON.stringify` does
 * not: JavaScript puts keys that look like array indexes, as `30060020` does, before all others.
 */
export function stringifyDicomJson(json: DicomJson): string {
  let text = '{'
  for (const tag of inOrder(Object.keys(json))) {
    text += `${text === '{' ? '' : ','}${JSON.stringify(tag)}:${elementText(json[tag] as DicomJsonElement)}`
  }
  return `${text}}`
}

/** Of keys that are all tags; others stay where they are. */
function inOrder(keys: string[]): string[] {
  const isSorted = keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key)
  return isSorted || !keys.every((key) => isTag.test(key)) ? keys : keys.sort()
}

/** Only a sequence has data sets within. */
function elementText(element: DicomJsonElement): string {
  if (element.vr !== 'SQ' || element.Value === undefined) return JSON.stringify(element)
  const { Value, ...rest } = element
  const head = JSON.stringify(rest).slice(0, -1)
  return `${head},"Value":[${Value.map((item) => stringifyDicomJson(item as DicomJson)).join(',')}]}`
}

const isTag = /^[0-9A-F]{8}$/u
