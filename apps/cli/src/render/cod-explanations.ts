import type { ProblemKind } from '@gantry/cod'

/** What is the matter with a series of cloud optimized DICOM, or one of its instances, in a few words. */
export const codExplanations: Readonly<Record<ProblemKind, string>> = {
  'no-metadata': 'no metadata.json; gantry cod repair makes one',
  'being-written': 'being written, or its writer died: a lock, and no metadata yet',
  abandoned: 'its writer died: an old lock, and no metadata; gantry cod repair --break-lock makes them',
  'damaged-metadata': 'metadata.json is damaged, or half written',
  'damaged-record': 'its record is damaged',
  'no-tar': 'metadata without a tar: unless that can be put back, all instances are lost',
  locked: 'a writer is at work, or died: there is a lock',
  'error-log': 'a writer left an error.log',
  'wrong-bytes': 'its bytes are not those that were recorded',
  'wrong-file': 'its record leads to the file of another instance',
  'unreadable-record': 'what its record says of the image cannot be read; its bytes can',
  'not-dicom': 'what is stored is no DICOM file',
  'missing-bytes': 'a record whose bytes are not in the tar',
  'unknown-file': 'a file in the tar that the metadata do not know',
  'odd-entry': 'an entry of the tar that is neither file nor folder: what it stands for is not read',
  'bytes-behind':
    'bytes behind the end of the tar, which nobody reads; to add to the series, cut them off (tar --ignore-zeros -t lists images of tars that were joined)',
  'damaged-tar':
    'the tar is cut off, or damaged; gantry cod repair records what can be read of it, a copy elsewhere has a sound tar',
  'no-index': 'no index.sqlite; gantry cod repair makes one',
  'wrong-index': 'index.sqlite tells of other files than the tar has; gantry cod repair makes it anew',
}
