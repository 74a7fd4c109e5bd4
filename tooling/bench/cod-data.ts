import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import { phantom, type PhantomOptions } from '@gantry/testkit/phantom'

/** Images in folders as a COD store has them, below `studies`. */
export interface ImagesOnDisk {
  readonly folder: string
  readonly studies: readonly string[]
  readonly series: readonly { readonly study: string; readonly series: string }[]
  readonly files: number
  /** Of all files. */
  readonly bytes: number
}

export function describeImages({ series, files }: ImagesOnDisk): string {
  return `${series.length} series of ${files / series.length} x 512 KiB`
}

/** Writes a phantom, which takes a while for many images. */
export async function makeImages(folder: string, options: PhantomOptions): Promise<ImagesOnDisk> {
  const names = new Map<string, { readonly study: string; readonly series: string }>()
  let files = 0
  let bytes = 0
  for await (const file of phantom(options)) {
    const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID } = file.image
    const place = `studies/${study}/series/${series}`
    const path = join(folder, place, 'instances', `${sopInstanceUID}.dcm`)
    if (!names.has(place)) mkdirSync(dirname(path), { recursive: true })
    names.set(place, { study, series })
    writeFileSync(path, file.bytes)
    files += 1
    bytes += file.bytes.length
  }
  const series = [...names.values()]
  return { folder, studies: [...new Set(series.map(({ study }) => study))], series, files, bytes }
}

export interface LongImage {
  readonly folder: string
  /** In a COD store. */
  readonly path: string
  readonly frames: number
  readonly frameBytes: number
}

const frameBytes = 512 * 1024

/** One image of many frames, each of which begins with its number: 1 GiB, most of it holes that take no disk. */
export async function makeLongImage(folder: string, frames = 2048): Promise<LongImage> {
  for await (const { bytes, image } of phantom({ slices: 1, noise: 0, seed: 3 })) {
    const path = `studies/${image.studyInstanceUID}/series/${image.seriesInstanceUID}/instances/${image.sopInstanceUID}.dcm`
    const place = join(folder, path)
    const long: LongImage = { folder, path, frames, frameBytes }
    if (existsSync(place)) return long
    mkdirSync(dirname(place), { recursive: true })
    const header = withFrames(Buffer.from(bytes), frames)
    const file = openSync(`${place}.part`, 'w')
    writeSync(file, header)
    ftruncateSync(file, header.length + frames * frameBytes)
    for (let frame = 1; frame <= frames; frame += 1) {
      writeSync(file, Uint8Array.of(frame % 256), 0, 1, header.length + (frame - 1) * frameBytes)
    }
    closeSync(file)
    renameSync(`${place}.part`, place)
    return long
  }
  throw new Error('There is no image.')
}

/** The header of a file, up to its pixels, that tells of `frames` frames of as many pixels. */
function withFrames(file: Buffer, frames: number): Buffer {
  const pixels = file.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57]))
  const rows = file.lastIndexOf(Buffer.from([0x28, 0x00, 0x10, 0x00]), pixels)
  const text = String(frames).padEnd(String(frames).length + (String(frames).length % 2))
  const number = Buffer.concat([Buffer.from([0x28, 0x00, 0x08, 0x00, 0x49, 0x53, text.length, 0]), Buffer.from(text)])
  const last = Buffer.from(file.subarray(rows, pixels + 12))
  last.writeUInt32LE(frames * frameBytes, last.length - 4)
  return Buffer.concat([file.subarray(0, rows), number, last])
}
