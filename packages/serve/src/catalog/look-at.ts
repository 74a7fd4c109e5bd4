import { type CallOptions, type Entry, type ImageIdentity, isGantryError, type Store } from '@gantry/core'
import { type DicomHeader, entrySource, type HeaderSource, readHeader } from '@gantry/dicom'

import { isUid } from '../uid.ts'
import type { Looked } from './catalog-writer.ts'
import { describeEntry, describeHeader, type KnownImage } from './described.ts'

/** Longer values than this are nothing that people search by. */
const longestValue = 4096

/**
 * Which image a file is: as its listing says, else from its header. `undefined` where it changed since it was listed, or is
 * gone: the next listing knows.
 */
export async function lookAt(store: Store, entry: Entry, options: CallOptions = {}): Promise<Looked | undefined> {
  const described = describeEntry(entry)
  if (described !== undefined) return { entry, kind: 'instance', described }
  try {
    return await lookInto(entry, entrySource(store, entry, options))
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled') throw error
    if (error.code === 'not_found' || error.code === 'precondition_failed') return undefined
    return { entry, kind: 'failed' }
  }
}

/** What is no image fails in ways that it will always fail in. */
async function lookInto(entry: Entry, source: HeaderSource): Promise<Looked> {
  let header: DicomHeader
  try {
    // Whether the pixel data are whole is for those who read them.
    header = await readHeader(source, { longestValue, checkPixelData: false })
  } catch (error) {
    const isNone = isGantryError(error) && error.store === undefined && permanent.has(error.code)
    if (isNone) return { entry, kind: 'other' }
    throw error
  }
  const image = identityOf(header)
  if (image === undefined) return { entry, kind: 'other' }
  return { entry, kind: 'instance', described: describeHeader(header, image) }
}

const permanent: ReadonlySet<string> = new Set(['invalid', 'integrity', 'unsupported'])

/** `undefined` for a DICOMDIR, for what does not say enough, and for UIDs that no URL can name. */
export function identityOf({ kind, identifiers, meta }: DicomHeader): KnownImage | undefined {
  if (kind === 'directory') return undefined
  const inMeta = (wanted: number) => {
    const value = meta.find(({ tag }) => tag === wanted)?.value
    const text = value === undefined ? '' : new TextDecoder('latin1').decode(value).replace(/[\0 ]+$/u, '')
    return /^[0-9.]{1,64}$/u.test(text) ? text : undefined
  }
  const { studyInstanceUID, seriesInstanceUID, transferSyntaxUID } = identifiers
  const sopInstanceUID = identifiers.sopInstanceUID ?? inMeta(0x00020003)
  const sopClassUID = identifiers.sopClassUID ?? inMeta(0x00020002)
  if (
    studyInstanceUID === undefined ||
    seriesInstanceUID === undefined ||
    sopInstanceUID === undefined ||
    sopClassUID === undefined ||
    transferSyntaxUID === undefined
  ) {
    return undefined
  }
  const image = { ...identifiers, studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID, transferSyntaxUID }
  return isNamed(image) ? image : undefined
}

/** Whether URLs can name it. */
export function isNamed({ studyInstanceUID, seriesInstanceUID, sopInstanceUID }: ImageIdentity): boolean {
  return [studyInstanceUID, seriesInstanceUID, sopInstanceUID].every(isUid)
}
