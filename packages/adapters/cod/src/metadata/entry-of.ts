import type { Attributes, DicomJson, Entry, ImageIdentity } from '@gantry/core/driver'

import { entryPathOf, type SeriesName } from '../series/series-name.ts'
import { dataSetOf, isRecord, frameCountOf, textOf, valuesOf } from './data-set-of.ts'
import type { Instance } from './instance.ts'
import { common } from './summary.ts'

/** Each is listed, and then read: what its record says is looked through once. */
const known = new WeakMap<Instance, Entry>()

/** An instance, of no other series than `name`, as an entry. */
export function entryOf(name: SeriesName, instance: Instance): Entry {
  const entry = known.get(instance) ?? makeEntry(name, instance)
  known.set(instance, entry)
  return entry
}

function makeEntry(name: SeriesName, instance: Instance): Entry {
  const { key, size, crc32c, modified } = instance
  const dataSet = dataSetOf(instance)
  const image = dataSet === undefined ? undefined : imageOf(dataSet)
  return {
    path: entryPathOf(name, key),
    size,
    digests: { crc32c },
    version: versionOf(instance),
    contentType: 'application/dicom',
    ...(modified !== undefined && { modified }),
    ...(dataSet !== undefined && image !== undefined && { image, attributes: attributesOf(dataSet) }),
  }
}

/** Of its bytes: a tar that was packed anew holds the same instances. */
export function versionOf({ crc32c, size }: Instance): string {
  return `${crc32c}-${size}`
}

/** The true identity, also where the names of the folders are hashed; `undefined` where the record says too little. */
function imageOf(dataSet: DicomJson): ImageIdentity | undefined {
  const studyInstanceUID = textOf(dataSet, '0020000D')
  const seriesInstanceUID = textOf(dataSet, '0020000E')
  const sopInstanceUID = textOf(dataSet, '00080018')
  const sopClassUID = textOf(dataSet, '00080016')
  const transferSyntaxUID = textOf(dataSet, '00020010')
  const numberOfFrames = frameCountOf(dataSet)
  if (
    studyInstanceUID === undefined ||
    seriesInstanceUID === undefined ||
    sopInstanceUID === undefined ||
    sopClassUID === undefined ||
    transferSyntaxUID === undefined
  ) {
    return undefined
  }
  const image = { studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID }
  return numberOfFrames === undefined ? image : { ...image, numberOfFrames }
}

/** As a header read tells them: several values joined by `\`. */
function attributesOf(dataSet: DicomJson): Attributes {
  const attributes: Record<string, string> = {}
  for (const { keyword, tag } of common) {
    const text = valuesOf(dataSet[tag]).map(shown).join('\\')
    if (text !== '') attributes[keyword] = text
  }
  return attributes
}

function shown(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (!isRecord(value)) return ''
  const name = value['Alphabetic'] ?? value['Ideographic'] ?? value['Phonetic']
  return typeof name === 'string' ? name : ''
}
