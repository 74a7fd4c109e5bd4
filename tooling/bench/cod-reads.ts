import { join } from 'node:path'

import { makeImages, makeLongImage } from './cod-data.ts'
import { makePlace } from './cod-place.ts'
import { type Contestant, contest } from './contest.ts'
import { emptyFolder } from './data-set.ts'
import { startLink } from './dicomweb-links.ts'
import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'
import { reportContest } from './report.ts'
import type { S3Server } from './s3.ts'

/** Milliseconds one way: a round trip of 40 ms. As wide as it comes, so that only the time counts. */
const latency = 20
const wide = 1_000_000_000

/** A count, which is the same in every round. */
export async function benchCodFrame(server: S3Server, work: string): Promise<string> {
  const place = await makePlace(server, work, 'frame/v1.0/dicomweb')
  const image = await makeLongImage(join(work, 'long'))
  await place.copyHere(image.folder)
  const { path } = image
  const lines: string[] = []
  const rows: ReturnType<typeof single>[] = []
  for (const frame of [1, image.frames / 2, image.frames]) {
    const { counts } = await place.counted({ step: 'frame', path, frame })
    const read = (counts.bytesDown / 2 ** 20).toFixed(3)
    lines.push(`  frame ${frame} of ${image.frames}: ${counts.requests} requests, ${read} MiB came`)
    rows.push(single(`frame ${frame}, ${counts.requests} requests`, counts.bytesDown / 2 ** 20))
  }
  const title = `one frame of 512 KiB out of 1 GiB in ${server.name}: what comes for it`
  notebook.note({ kind: 'values', title, unit: 'MiB', better: 'lower', rows })
  return [`one frame of 512 KiB out of 1 GiB in ${server.name}`, ...lines, ''].join('\n')
}

/** What there is of many series, over a long way. */
export async function benchCodStats(server: S3Server, work: string, rounds: number): Promise<string> {
  const images = await makeImages(join(work, 'many'), { size: 16, slices: 2, series: 100, studies: 10, seed: 2 })
  const place = await makePlace(server, work, 'stats/v1.0/dicomweb')
  const tree = join(work, 'many-tree')
  emptyFolder(tree)
  await place.copy(images.folder, `cod+file://${tree}`)
  await place.copy(tree, `s3://${place.bucket}/${place.root}`)
  const link = await startLink(server.endpoint, latency, wide)
  try {
    const far = { ...server, endpoint: link.url }
    const one = (name: string, step: string): Contestant => ({
      name,
      run: async () => {
        const target = join(work, 'nothing')
        emptyFolder(target)
        const { studies, series } = images
        return await place.run({ step, target, studies, server: far }, series.length)
      },
    })
    const rows = await contest(
      [one('one after another', 'stats-serial'), one('getStats', 'stats')],
      Math.min(rounds, 3),
    )
    return reportContest(`getStats of 1000 series in ${server.name} over 40 ms`, rows, 'one after another')
  } finally {
    await link.stop()
  }
}
