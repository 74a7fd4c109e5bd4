import { join } from 'node:path'

import { describeImages, type ImagesOnDisk } from './cod-data.ts'
import type { CodPlace } from './cod-place.ts'
import { type Contestant, contest } from './contest.ts'
import { emptyFolder, refuseUnlessEqual } from './data-set.ts'
import { type Cost, measure } from './measure.ts'
import { reportContest } from './report.ts'

/** A study out of a bucket into a folder. */
export async function benchCodDownload(
  place: CodPlace,
  images: ImagesOnDisk,
  target: string,
  rounds: number,
): Promise<string> {
  const { studies } = images
  const series = await place.signed(images.series)
  const one = (name: string, run: () => Promise<Cost>, from: 'studies' | 'names' = 'names'): Contestant => ({
    name,
    prepare: () => emptyFolder(target),
    run,
    check: async () => await refuseUnlessDownloaded(images, target, from),
  })
  const child = (name: string, step: string) =>
    one(name, async () => await place.run({ step, target, studies, series }))
  // What a careful shell user does: fails when one of the two fails, and the series one after another, or all at once.
  const shell = (link: string) => async () => {
    const each = series.map(({ study, series: uid, tarUrl }) => {
      const into = join(target, study, uid)
      return `(mkdir -p '${into}' && curl -sSf '${tarUrl}' | tar -x -C '${into}')`
    })
    const script = `set -o pipefail; ${link === '&' ? `${each.map((line) => `${line} & p="$p $!"`).join('; ')}; for i in $p; do wait $i || exit 1; done` : each.join(' && ')}`
    return await measure({ command: 'bash', args: ['-c', script] })
  }
  const rows = await contest(
    [
      one('curl | tar, 4 at once', shell('&')),
      one('curl | tar, in turn', shell('&&')),
      child('cod-download', 'foreign-download'),
      child('createDownload', 'download'),
      child('createDownload, cache', 'download-cache'),
      one('gantry copy', async () => await place.copyFrom(target, []), 'studies'),
      one(
        'gantry copy, cache',
        async () => await place.copyFrom(target, ['--to-option', 'durability=cache']),
        'studies',
      ),
    ],
    rounds,
  )
  return reportContest(
    `COD in ${place.server.name} -> folder, ${describeImages(images)}`,
    rows,
    'curl | tar, 4 at once',
    images.bytes,
  )
}

/** By `diff`, series by series: not everyone has the same folders above them. */
async function refuseUnlessDownloaded(images: ImagesOnDisk, target: string, from: 'studies' | 'names'): Promise<void> {
  for (const { study, series } of images.series) {
    const got = from === 'studies' ? join(target, 'studies', study, 'series', series) : join(target, study, series)
    await refuseUnlessEqual(
      join(images.folder, 'studies', study, 'series', series, 'instances'),
      join(got, 'instances'),
    )
  }
}
