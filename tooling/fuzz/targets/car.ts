import type { Store } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'
import { car } from '@gantry/w3up'

import { archive } from './archive.ts'

const open = (given: Store) => car(given, { public: true, shardSize: 65_536, hashing: nodeHashing })

/** Shards, indexes and records of CARs. */
export const carArchive = archive(
  'car',
  ['"root"', '"shards"', '"size"', '{}', '[]', 'null', 'bafy', '-1'],
  open,
  /\.car$|\.json$/u,
  { isProved: (path) => path.endsWith('.car'), check: (given) => open(given).check() },
)
