import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { makeImages } from './cod-data.ts'
import { benchCodDownload } from './cod-downloads.ts'
import { makePlace } from './cod-place.ts'
import { benchCodFrame, benchCodStats } from './cod-reads.ts'
import { benchCodWriteFolder, benchCodWriteS3 } from './cod-writes.ts'
import type { S3Server } from './s3.ts'

/** Cloud optimized DICOM in a bucket and in a folder, against what else makes and takes apart such tars. */
export async function benchCod(folder: string, server: S3Server, rounds: number): Promise<string> {
  const work = join(folder, 'cod')
  mkdirSync(work, { recursive: true })
  try {
    const images = await makeImages(join(work, 'images'), { series: 4, slices: 300 })
    const place = await makePlace(server, work, 'bench/v1.0/dicomweb')
    await place.copyHere(images.folder)
    return [
      await benchCodDownload(place, images, join(work, 'target'), rounds),
      await benchCodWriteS3(server, work, images, rounds),
      await benchCodWriteFolder(place, work, images, rounds),
      await benchCodFrame(server, work),
      await benchCodStats(server, work, rounds),
    ].join('\n')
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
