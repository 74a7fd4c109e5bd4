import { fileMeta as dicomFileMeta } from '@gantry/dicom'

/** Names this de-identifier in the files that it writes (PS3.7 D.3.3.2). */
const implementation = {
  implementationClassUID: '2.25.76399596870751136935773887281436044264',
  implementationVersionName: 'GANTRY_DEIDENT',
}

/**
 * Preamble and meta information (PS3.10 7.1) of a file that was made anew: nothing of what the source's own said, of
 * the applications that sent it or in the 128 bytes that are free.
 */
export function fileMeta(file: {
  readonly sopClassUID: string
  readonly sopInstanceUID: string
  readonly transferSyntaxUID: string
}): Uint8Array {
  return dicomFileMeta({ ...file, ...implementation })
}
