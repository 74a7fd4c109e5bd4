import { checkUid } from './resource.ts'

/** `*` for images as they are kept; without it many a service decompresses them. */
export type TransferSyntaxChoice = '*' | (string & {})

/** Instances as DICOM files (PS3.18 8.7.3.3). */
export function acceptInstances(transferSyntax: TransferSyntaxChoice): string {
  return `multipart/related; type="application/dicom"; transfer-syntax=${checkSyntax(transferSyntax)}`
}

/** Frames or bulk data as they are kept; of uncompressed ones, the bytes. */
export function acceptOctets(transferSyntax?: TransferSyntaxChoice): string {
  const syntax = transferSyntax === undefined ? '' : `; transfer-syntax=${checkSyntax(transferSyntax)}`
  return `multipart/related; type="application/octet-stream"${syntax}`
}

/** It goes into a header. */
function checkSyntax(transferSyntax: string): string {
  return transferSyntax === '*' ? transferSyntax : checkUid(transferSyntax)
}
