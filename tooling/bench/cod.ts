import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { makeImages } from './cod-data.ts'
import { benchCodDownload } from './cod-downloads.ts'
import { makePlace } from './cod-place.ts'
import { benchCodFrame, benchCodStats } from './cod-reads.ts'
import { benchCodWriteFolder, benchCodWriteS3 } from './cod-writes.ts'
import { doubleName, type S3Server, withS3Double } from './s3.ts'

/** Cloud optimized DICOM in a bucket and in a folder, against what else makes and takes apart such tars. */
export async function benchCod(folder: string, server: S3Server, rounds: number): Promise<string> {
  const work = join(folder, 'cod')
  mkdirSync(work, { recursive: true })
  try {
    const images = await makeImages(join(work, 'images'), { series: 4, slices: 300 })
    const filled = async (at: S3Server) => {
      const place = await makePlace(at, work, 'bench/v1.0/dicomweb')
      await place.copyHere(images.folder)
      return place
    }
    const place = await filled(server)
    const target = join(work, 'target')
    return [
      await benchCodDownload(place, images, target, rounds),
      // Of two cores, RGW needs most of one to give that much: here the clients are measured, and not their server.
      server.name === doubleName
        ? ''
        : await withS3Double(work, async (double) => {
            return await benchCodDownload(await filled(double), images, target, rounds)
          }),
      await benchCodWriteS3(server, work, images, rounds),
      await benchCodWriteFolder(place, work, images, rounds),
      await benchCodFrame(server, work),
      await benchCodStats(server, work, rounds),
    ].join('\n')
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
