import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, Store, toCall } from '@gantry/core'
import { cod } from '@gantry/cod'
import { fs } from '@gantry/fs'
import type { WrittenPhantomFile } from '@gantry/testkit/phantom'

/** A file below a folder, and which image it is. */
export type ImageFile = Pick<WrittenPhantomFile, 'path' | 'size'> & {
  readonly image: Pick<WrittenPhantomFile['image'], 'studyInstanceUID' | 'seriesInstanceUID' | 'sopInstanceUID'>
}

/** Files as Cloud Optimized DICOM: a tar for each series. */
export async function writeCodTree(root: string, studies: string, files: readonly ImageFile[]): Promise<void> {
  const store = new Store(fs({ root }))
  const driver = cod(store, { uri: 'gs://bucket/v1.0/dicomweb' })
  const call = toCall()
  for (const uid of new Set(files.map(({ image }) => image.seriesInstanceUID))) {
    const entries = files
      .filter(({ image }) => image.seriesInstanceUID === uid)
      .map(({ path, size, image }) => {
        const series = `studies/${image.studyInstanceUID}/series/${image.seriesInstanceUID}`
        return { from: path, entry: { path: `${series}/instances/${image.sopInstanceUID}.dcm`, size } }
      })
    const parcel = await driver.parcels?.store?.(
      { entries: entries.map(({ entry }) => entry), save: async () => {} },
      call,
    )
    if (parcel === undefined) throw new TypeError('There are no parcels.')
    for (const { from, entry } of entries) {
      await parcel.add(entry, bytesOf(new Uint8Array(await readFile(join(studies, from)))), call)
    }
    await parcel.commit(call)
  }
  await store.close()
}
