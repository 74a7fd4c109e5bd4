import { checkCod, cod } from '@gantry/cod'
import type { Store } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'

import { archive } from './archive.ts'

const open = (given: Store) => cod(given, { hashing: nodeHashing, gzipMetadata: false, uri: 'memory:' })

/** Metadata and tars of cloud optimized DICOM. Its metadata tell the digests, so that they are not proved themselves. */
export const codArchive = archive(
  'cod',
  ['"instance_uid"', '"byte_offsets"', '[0,0]', '"crc32c"', '"size"', 'ustar', '{}', '[]', 'null', '1e309', '-1'],
  open,
  /metadata\.json$|\.tar$/u,
  { isProved: (path) => path.endsWith('.tar'), check: (given) => checkCod(given, { hashing: nodeHashing }) },
)
