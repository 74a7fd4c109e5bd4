import type { Bytes, Call } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

/** A place that may have blocks, and may lie: what it gives is compared with its CID by who asks. */
export interface BlockSource {
  readonly name: string
  /** The block, or `undefined` where it does not have it. */
  block(cid: CID, call: Call): Promise<Uint8Array | undefined>
}

/** Where a block lies in a file of many. */
export interface Place {
  /** Names the file, e.g. by the CID of a shard. */
  readonly file: string
  readonly offset: number
  readonly size: number
}

/** A source that has files of blocks, and can give neighbours as one. */
export interface RunSource extends BlockSource {
  locate(cid: CID, call: Call): Promise<Place | undefined>
  readRun(file: string, range: { readonly start: number; readonly end: number }, call: Call): Promise<Bytes>
}
