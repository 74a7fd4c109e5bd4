import { type Attributes, GantryError, type ImageIdentity } from '@gantry/core'

import { malformed } from '../errors.ts'
import { tags } from '../structure/tag.ts'
import { latin1 } from '../values/ascii.ts'
import { uidOf } from '../values/uid.ts'

/** What identifies an image, as far as its file says. */
export type Identifiers = Partial<ImageIdentity>

const mediaStorageDirectoryStorage = '1.2.840.10008.1.3.10'

const uidTags: ReadonlySet<number> = new Set<number>([
  tags.mediaStorageSOPClassUID,
  tags.mediaStorageSOPInstanceUID,
  tags.sopClassUID,
  tags.sopInstanceUID,
  tags.studyInstanceUID,
  tags.seriesInstanceUID,
])

const instanceUids = [
  ['StudyInstanceUID', tags.studyInstanceUID],
  ['SeriesInstanceUID', tags.seriesInstanceUID],
  ['SOPInstanceUID', tags.sopInstanceUID],
] as const

/** Collects from the elements of a file, as they come by, what identifies the image in it. */
export class Identification {
  readonly #uids = new Map<number, string>()
  #numberOfFrames: number | undefined
  #directoryRecords = false

  wants(tag: number): boolean {
    return tag === tags.numberOfFrames || uidTags.has(tag)
  }

  take(tag: number, value: Uint8Array | undefined): void {
    if (tag === tags.directoryRecordSequence) this.#directoryRecords = true
    if (value === undefined) return
    if (tag === tags.numberOfFrames) this.#numberOfFrames = countOf(value)
    if (!uidTags.has(tag)) return
    const uid = uidOf(value)
    if (uid !== undefined) this.#uids.set(tag, uid)
  }

  /** Whether this is a DICOMDIR (PS3.10 8.6): by its class, or without meta information by what only that holds. */
  get isMediaDirectory(): boolean {
    const sopClass = this.#uids.get(tags.mediaStorageSOPClassUID)
    return sopClass === undefined ? this.#directoryRecords : sopClass === mediaStorageDirectoryStorage
  }

  /** What the data set lacks, from the meta information. */
  get instance(): string | undefined {
    return this.#uids.get(tags.sopInstanceUID) ?? this.#uids.get(tags.mediaStorageSOPInstanceUID)
  }

  /** By keyword, as they stand in the data set: those that came by. */
  get uids(): Attributes {
    const found: { [keyword: string]: string } = {}
    for (const [keyword, tag] of instanceUids) {
      const uid = this.#uids.get(tag)
      if (uid !== undefined) found[keyword] = uid
    }
    return found
  }

  /** As they stand in the data set. */
  identifiers(transferSyntaxUID: string): Identifiers {
    const found: { -readonly [Key in keyof Identifiers]: Identifiers[Key] } = { transferSyntaxUID }
    const uid = (tag: number) => this.#uids.get(tag)
    const study = uid(tags.studyInstanceUID)
    const series = uid(tags.seriesInstanceUID)
    const instance = uid(tags.sopInstanceUID)
    const sopClass = uid(tags.sopClassUID)
    if (study !== undefined) found.studyInstanceUID = study
    if (series !== undefined) found.seriesInstanceUID = series
    if (instance !== undefined) found.sopInstanceUID = instance
    if (sopClass !== undefined) found.sopClassUID = sopClass
    if (this.#numberOfFrames !== undefined) found.numberOfFrames = this.#numberOfFrames
    return found
  }

  /**
   * All of it, what the data set lacks from the meta information; `unsupported` for a DICOMDIR, `invalid` for a file
   * that says too little.
   */
  identity(transferSyntaxUID: string): ImageIdentity {
    if (this.isMediaDirectory) throw new GantryError('unsupported', 'A DICOMDIR lists images and is none.')
    const {
      studyInstanceUID,
      seriesInstanceUID,
      sopClassUID = this.#uids.get(tags.mediaStorageSOPClassUID),
      numberOfFrames,
    } = this.identifiers(transferSyntaxUID)
    const sopInstanceUID = this.instance
    if (sopClassUID === undefined) throw malformed('there is no SOP Class UID')
    if (sopInstanceUID === undefined) throw malformed('there is no SOP Instance UID')
    if (studyInstanceUID === undefined) throw malformed('there is no Study Instance UID')
    if (seriesInstanceUID === undefined) throw malformed('there is no Series Instance UID')
    const identity = { studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID }
    return numberOfFrames === undefined ? identity : { ...identity, numberOfFrames }
  }
}

/** An IS that counts something; `undefined` for anything else. */
function countOf(value: Uint8Array): number | undefined {
  if (value.length > 64) return undefined
  const digits = /^[ \0]*\+?(\d{1,10})[ \0]*$/u.exec(latin1(value))?.[1]
  const count = Number(digits)
  return digits !== undefined && count >= 1 && count < 2 ** 31 ? count : undefined
}
