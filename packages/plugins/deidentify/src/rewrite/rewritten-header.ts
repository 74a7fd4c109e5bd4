import { type Attributes, GantryError } from '@gantry/core'
import { attributesOf, type DicomHeader, type Encoding } from '@gantry/dicom'

import type { Profile } from '../profile/profile.ts'
import { Tally } from '../report/report.ts'
import type { KeyedHash } from '../values/keyed-hash.ts'
import { birthDateOf } from '../values/birth-date.ts'
import { namesIn } from '../values/names-of.ts'
import { ElementWriter } from './element-writer.ts'
import { methodElements } from './method.ts'
import type { SafePrivateSet } from './private-blocks.ts'
import { rewriteDataSet } from './rewrite-data-set.ts'
import type { Change } from './rewriting.ts'

/** By what headers are rewritten. */
export interface Rules {
  readonly profile: Profile
  readonly hash: KeyedHash
  readonly safePrivate: SafePrivateSet
}

/** A header as it shall be. */
export interface RewrittenHeader {
  readonly sopClassUID: string
  readonly sopInstanceUID: string
  readonly transferSyntaxUID: string
  /** The data set to where the value of the pixel data begins, or to its end. */
  readonly bytes: Uint8Array
  readonly tally: Tally
}

export interface RewriteOptions {
  /** Rectangles are blanked, which changes what the data set says of the pixels. */
  readonly blanked: boolean
  /** Frames get other lengths: tables of their places are of no use. */
  readonly repacked: boolean
  readonly watch?: ((change: Change) => void) | undefined
}

const pixelRepresentation = 0x00280103
const extendedOffsetTables: ReadonlySet<number> = new Set([0x7fe00001, 0x7fe00002])
const namingKeywords = ['PatientID', 'PatientName', 'StudyInstanceUID', 'SOPInstanceUID']

/** De-identifies all of a file that comes before its pixel data. */
export function rewriteHeader(rules: Rules, header: DicomHeader, options: RewriteOptions): RewrittenHeader {
  if (header.kind === 'directory') {
    throw new GantryError('unsupported', 'A DICOMDIR lists images by names that are theirs no more: it is not copied.')
  }
  const { sopClassUID, sopInstanceUID } = identityOf(header)
  const { profile, hash, safePrivate } = rules
  const { encoding, transferSyntaxUID } = outputOf(header)
  const attributes = attributesOf(header.elements, namingKeywords)
  const patient = patientOf(attributes)
  const out = new ElementWriter(encoding, heldBytes(header) + 2048)
  const tally = new Tally()
  const signed = header.elements.find(({ tag }) => tag === pixelRepresentation)?.value?.some((byte) => byte !== 0)
  const rewriting = {
    profile,
    hash,
    safePrivate,
    tally,
    days: hash.days(patient),
    pseudonym: hash.pseudonym(patient),
    names: namesIn(header.elements),
    birthDate: birthDateOf(header.elements),
    signed: signed === true,
    ...(options.watch !== undefined && { watch: options.watch }),
  }
  const kept = options.repacked ? header.elements.filter(({ tag }) => !extendedOffsetTables.has(tag)) : header.elements
  rewriteDataSet(rewriting, kept, out, methodElements(profile, options))
  const { pixelData } = header
  if (pixelData !== undefined) out.head(pixelData.tag, pixelData.vr, pixelData.length)
  return {
    sopClassUID,
    sopInstanceUID: profile.retain.has('uids') ? hash.retainedUID(sopInstanceUID) : hash.uid(sopInstanceUID),
    transferSyntaxUID,
    bytes: out.bytes,
    tally,
  }
}

/** Of its elements, as far as they were read. */
function heldBytes({ elements }: DicomHeader): number {
  return elements.reduce((sum, { value }) => sum + 12 + (value?.length ?? 0), 0)
}

/** Whom an image is of, as far as it says: one without a patient's ID has its study alone for that. */
export function patientOf(attributes: Attributes): string {
  const id = attributes['PatientID'] ?? ''
  return id === '' ? `study ${attributes['StudyInstanceUID'] ?? attributes['SOPInstanceUID'] ?? ''}` : `id ${id}`
}

/** What is not one image, or does not say which, cannot be told apart by anything that may stay in it. */
export function identityOf({ identifiers: { sopClassUID, sopInstanceUID } }: DicomHeader) {
  if (sopClassUID === undefined || sopInstanceUID === undefined || !/^[\d.]+$/u.test(sopClassUID)) {
    throw new GantryError(
      'invalid',
      'It cannot be de-identified: it does not have one valid SOP Class UID and one SOP Instance UID.',
    )
  }
  return { sopClassUID, sopInstanceUID }
}

/** Files that declare one encoding and use another are written in one of the two, and say so. */
function outputOf({ encoding, transferSyntax, pixelData }: DicomHeader): {
  readonly encoding: Encoding
  readonly transferSyntaxUID: string
} {
  const { uid, encoding: declared } = transferSyntax
  if (declared.bigEndian === encoding.bigEndian) return { encoding: declared, transferSyntaxUID: uid }
  if (pixelData !== undefined && pixelData.length === undefined) {
    throw new GantryError('invalid', 'Malformed DICOM: compressed pixels in another byte order than is declared.')
  }
  const native = encoding.bigEndian ? '1.2.840.10008.1.2.2' : `1.2.840.10008.1.2${encoding.explicit ? '.1' : ''}`
  return { encoding, transferSyntaxUID: native }
}
