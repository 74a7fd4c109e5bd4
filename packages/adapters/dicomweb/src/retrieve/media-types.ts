import { GantryError } from '@gantry/core/driver'
import { notOf, parseContentType } from '@gantry/http'

import { checkUid } from './resource.ts'

/** `*` for images as they are kept; `default` for what the service chooses, which for many is decompressed. */
export type TransferSyntaxChoice = '*' | 'default' | (string & {})

/** Instances as DICOM files (PS3.18 8.7.3.3). */
export function acceptInstances(transferSyntax: TransferSyntaxChoice): string {
  return `multipart/related; type="application/dicom"${parameterOf(transferSyntax)}`
}

/** One instance as a DICOM file without an envelope. */
export function acceptInstance(transferSyntax: TransferSyntaxChoice): string {
  return `application/dicom${parameterOf(transferSyntax)}`
}

/** Frames or bulk data as they are kept; of uncompressed ones, the bytes. */
export function acceptOctets(transferSyntax: TransferSyntaxChoice = 'default'): string {
  return `multipart/related; type="application/octet-stream"${parameterOf(transferSyntax)}`
}

/** It goes into a header. */
function parameterOf(transferSyntax: TransferSyntaxChoice): string {
  if (transferSyntax === 'default') return ''
  return `; transfer-syntax=${transferSyntax === '*' ? transferSyntax : checkUid(transferSyntax)}`
}

/** What a page to sign in is, and what tells of an error, whatever status they come with. */
const words = /^text\/|^application\/(?:.*\+)?(?:json|xml)$/u

/** Fails for an answer that is words where an image was asked for, and for one that does not say what it is. */
export function checkMediaType(contentType: string | undefined, accept: string): void {
  const { mediaType } = parseContentType(contentType ?? '')
  const asked = accept.toLowerCase()
  if (mediaType === '') {
    throw new GantryError(
      'unsupported',
      'The service does not say what its answer is (no Content-Type), so that it may be anything.',
    )
  }
  if (!words.test(mediaType) || asked.includes(mediaType) || asked.includes('*/*')) return
  throw notOf('a DICOMweb service')
}
