import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { writePhantom } from '@gantry/testkit/phantom'

/** A series on disk, and the body that stores all of it at once. */
export interface SeriesOnDisk {
  readonly folder: string
  readonly study: string
  readonly series: string
  readonly instances: readonly string[]
  /** Of all files. */
  readonly bytes: number
  /** As a run that verifies says it. */
  readonly digest: string
  /** One STOW request with every file. */
  readonly body: string
  readonly contentType: string
}

const slices = 200
const boundary = 'gantry-bench-boundary'

/** 200 slices of 512 KiB. */
export async function makeSeries(folder: string): Promise<SeriesOnDisk> {
  const place = join(folder, 'series')
  const files = await writePhantom(place, { slices })
  const [first] = files
  if (first === undefined) throw new Error('There is no first slice.')
  const contents = files.map(({ path }) => readFileSync(join(place, path)))
  const body = join(folder, 'series.multipart')
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`)
  if (!existsSync(body)) {
    const parts = contents.flatMap((content) => [head, content, Buffer.from('\r\n')])
    writeFileSync(body, Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]))
  }
  const digests = contents.map((content) => createHash('sha256').update(content).digest('hex'))
  return {
    folder: place,
    study: first.image.studyInstanceUID,
    series: first.image.seriesInstanceUID,
    instances: files.map(({ image }) => image.sopInstanceUID),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    digest: createHash('sha256').update(digests.toSorted().join()).digest('hex'),
    body,
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
  }
}
