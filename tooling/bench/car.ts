import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { contest, type Contestant, type Row } from './contest.ts'
import { measureSaying } from './measure.ts'

const mebibyte = 1024 * 1024
const whole = { files: 64, size: 16 * mebibyte }
const part = { files: 16, size: 16 * mebibyte }

/** Packing, archiving, reading and uploading, each against who does the same, or less. */
export async function benchCar(folder: string, rounds: number): Promise<string> {
  const source = makeFiles(join(folder, 'car-source'), whole)
  const some = makeFiles(join(folder, 'car-some'), part)
  const archive = join(folder, 'car-archive')
  const clean = () => {
    rmSync(archive, { recursive: true, force: true })
    mkdirSync(archive)
  }
  try {
    const packing = await contest(
      [one('importer', source), one('gantry-root', source), one('gantry-pack', source)],
      rounds,
    )
    const archiving = await contest(
      [one('gantry-archive-public', source, archive, clean), one('gantry-archive', source, archive, clean)],
      rounds,
    )
    const reading = await contest([one('plain-read', source, archive), one('gantry-read', source, archive)], rounds)
    const uploading = await contest([one('client-upload', some), one('gantry-upload', some)], rounds)
    return [
      report('packing 1 GiB; the importer makes no CARs', packing, whole, 'importer'),
      report('archiving 1 GiB into a folder', archiving, whole, 'gantry-archive-public'),
      report('reading 1 GiB, encrypted, each block proved', reading, whole, 'plain-read'),
      report('uploading 256 MiB to a w3up service in the same process', uploading, part, 'client-upload'),
    ].join('\n')
  } finally {
    for (const place of [source, some, archive]) rmSync(place, { recursive: true, force: true })
  }
}

function makeFiles(folder: string, { files, size }: typeof whole): string {
  mkdirSync(folder, { recursive: true })
  const block = Buffer.allocUnsafe(size)
  randomFillSync(block)
  for (let index = 0; index < files; index += 1) {
    // No two leaves are the same.
    for (let at = 0; at < size; at += mebibyte) createHash('sha256').update(`${index} ${at}`).digest().copy(block, at)
    const file = openSync(join(folder, `file-${String(index).padStart(3, '0')}`), 'w')
    writeSync(file, block)
    closeSync(file)
  }
  return folder
}

function one(name: string, folder: string, archive = '', prepare: () => void = () => {}): Contestant {
  const program = join(import.meta.dirname, 'car-run.ts')
  const args = ['--conditions=@gantry/source', program, name, folder, archive]
  return {
    name,
    prepare,
    async run() {
      const { cost, said } = await measureSaying({ command: process.execPath, args })
      const { seconds } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { seconds: number }
      // Without the start of the process.
      return { ...cost, wall: seconds * 1000 }
    },
  }
}

function report(title: string, rows: readonly Row[], { files, size }: typeof whole, against: string): string {
  const base = rows.find(({ name }) => name === against)?.median.wall ?? Number.NaN
  const lines = rows.map(({ name, median: { wall, rss } }) => {
    const rate = (files * size) / mebibyte / (wall / 1000)
    return `  ${name.padEnd(24)} ${rate.toFixed(0).padStart(6)} MiB/s  ${(base / wall).toFixed(2).padStart(5)}x  ${(rss / mebibyte).toFixed(0).padStart(5)} MiB`
  })
  return `${title}\n${lines.join('\n')}\n`
}
