import { join } from 'node:path'

import { describeImages, type ImagesOnDisk } from './cod-data.ts'
import { type CodPlace, makePlace } from './cod-place.ts'
import { type Contestant, contest } from './contest.ts'
import { emptyFolder } from './data-set.ts'
import { type Cost, measure } from './measure.ts'
import { reportContest } from './report.ts'
import type { S3Server } from './s3.ts'

/** A study out of a folder into tars in a bucket: with metadata and index, against tars alone. */
export async function benchCodWriteS3(
  server: S3Server,
  work: string,
  images: ImagesOnDisk,
  rounds: number,
): Promise<string> {
  const one = async (name: string, run: (place: CodPlace) => Promise<Cost>, checked = false): Promise<Contestant> => {
    const place = await makePlace(server, work, `write/${name.replaceAll(/\W+/gu, '-')}`)
    let unchecked = checked
    return {
      name,
      prepare: async () => await place.empty(),
      run: async () => await run(place),
      check: async () => {
        if (unchecked) await place.check(images.files)
        unchecked = false
      },
    }
  }
  const tar = ({ study, series }: { readonly study: string; readonly series: string }) =>
    `tar -c -C '${join(images.folder, 'studies', study, 'series', series)}' instances`
  const piped = async (place: CodPlace, send: (path: string) => string) => {
    const lines = images.series.map(
      (name) => `${tar(name)} | ${send(`studies/${name.study}/series/${name.series}.tar`)}`,
    )
    return await measure({ command: 'bash', args: ['-c', `set -o pipefail; ${lines.join(' && ')}`], env: place.env })
  }
  const rows = await contest(
    [
      await one('tar | rclone rcat', async (place) =>
        piped(
          place,
          (path) =>
            `rclone --config /dev/null rcat -q --s3-chunk-size 16M --s3-upload-concurrency 4 'peer:${place.bucket}/${place.root}/${path}'`,
        ),
      ),
      await one('tar | aws s3 cp', async (place) =>
        piped(
          place,
          (path) =>
            `/usr/bin/aws --endpoint-url ${server.endpoint} s3 cp --quiet - 's3://${place.bucket}/${place.root}/${path}'`,
        ),
      ),
      await one('gantry copy', async (place) => await place.copyHere(images.folder), true),
    ],
    rounds,
  )
  return reportContest(
    `folder -> COD in ${server.name}, ${describeImages(images)}`,
    rows,
    'tar | rclone rcat',
    images.bytes,
  )
}

/** The same, into tars in another folder. */
export async function benchCodWriteFolder(
  place: CodPlace,
  work: string,
  images: ImagesOnDisk,
  rounds: number,
): Promise<string> {
  const target = join(work, 'tree')
  const tars = images.series.map(({ study, series }) => {
    const into = join(target, 'studies', study, 'series')
    return `mkdir -p '${into}' && tar -cf '${into}/${series}.tar' -C '${join(images.folder, 'studies', study, 'series', series)}' instances`
  })
  const one = (name: string, run: () => Promise<Cost>): Contestant => ({
    name,
    prepare: () => emptyFolder(target),
    run,
  })
  const rows = await contest(
    [
      one('tar -cf', async () => await measure({ command: 'bash', args: ['-c', tars.join(' && ')] })),
      one('tar -cf, sync', async () => {
        return await measure({ command: 'bash', args: ['-c', [...tars, `sync -f '${target}'`].join(' && ')] })
      }),
      one('gantry copy', async () => await place.copy(images.folder, `cod+file://${target}`)),
    ],
    rounds,
  )
  return reportContest(`folder -> COD in a folder, ${describeImages(images)}`, rows, 'tar -cf', images.bytes)
}
