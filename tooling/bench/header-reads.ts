import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseImage } from '@gantry/dicom'
import { readHeaderFileSync, readImageFile, readImageFileSync } from '@gantry/dicom/node'
import { phantom } from '@gantry/testkit/phantom'
import { data as dcmjs } from 'dcmjs'
import dicomParser from 'dicom-parser'

import { notebook } from './page/notebook.ts'

export interface HeaderReadRow {
  readonly name: string
  /** Files a second: the median, the least and the most of the rounds. */
  readonly median: number
  readonly least: number
  readonly most: number
}

const keywords = ['PatientID', 'StudyDate', 'SeriesNumber', 'Modality']

/** What the two libraries are given: they cannot grow. */
const chunk = new Uint8Array(64 * 1024)

const readers: { readonly [name: string]: (files: readonly string[]) => void | Promise<void> } = {
  'gantry, identity': (files) => {
    for (const file of files) readImageFileSync(file)
  },
  'gantry, and 4 attributes': (files) => {
    for (const file of files) readImageFileSync(file, { keywords })
  },
  'gantry, async, one by one': async (files) => {
    for (const file of files) await readImageFile(file)
  },
  'gantry, async, 16 at once': async (files) => {
    const queue = files.values()
    const worker = async () => {
      for (const file of queue) await readImageFile(file)
    }
    await Promise.all(Array.from({ length: 16 }, worker))
  },
  'gantry, whole header': (files) => {
    for (const file of files) readHeaderFileSync(file)
  },
  'gantry, 64 KiB in memory': (files) => {
    readChunk(files[0] as string)
    for (let count = 0; count < files.length; count += 1) parseImage(chunk, { size: 600_000, checkPixelData: false })
  },
  'dicom-parser': (files) => {
    for (const file of files) {
      readChunk(file)
      const dataSet = dicomParser.parseDicom(chunk, { untilTag: 'x7fe00010' })
      if (dataSet.string('x00080018') === undefined) throw new Error('There is no SOP Instance UID.')
    }
  },
  dcmjs: (files) => {
    for (const file of files) {
      readChunk(file)
      const options = { untilTag: '7FE00010', includeUntilTagValue: false }
      const { dict } = dcmjs.DicomMessage.readFile(chunk.buffer, options)
      if (dict['00080018'] === undefined) throw new Error('There is no SOP Instance UID.')
    }
  },
}

function readChunk(file: string): void {
  const descriptor = openSync(file, 'r')
  readSync(descriptor, chunk, 0, chunk.length, 0)
  closeSync(descriptor)
}

/** Reads the headers of `count` CT files of 512 KiB from the page cache, in interleaved rounds. */
async function measureHeaderReads(folder: string, count = 1000, rounds = 7): Promise<HeaderReadRow[]> {
  const files = await writeFiles(join(folder, 'header-reads'), count)
  const rates = new Map<string, number[]>(Object.keys(readers).map((name) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, read] of Object.entries(readers)) {
      const began = performance.now()
      await read(files)
      if (round > 0) rates.get(name)?.push(count / ((performance.now() - began) / 1000))
    }
  }
  rmSync(join(folder, 'header-reads'), { recursive: true })
  return [...rates].map(([name, values]) => {
    const sorted = values.toSorted((a, b) => a - b)
    const [least = 0, most = 0, median = 0] = [sorted[0], sorted.at(-1), sorted[Math.floor(sorted.length / 2)]]
    return { name, median, least, most }
  })
}

/** A few slices over and over: rendering a thousand would take longer than all that is measured. */
async function writeFiles(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const slices: Uint8Array[] = []
  for await (const { bytes } of phantom({ size: 512, slices: 4 })) slices.push(bytes)
  return Array.from({ length: count }, (_, index) => {
    const file = join(folder, `${index}.dcm`)
    writeFileSync(file, slices[index % slices.length] as Uint8Array)
    return file
  })
}

/** The same as lines of text. */
export async function benchHeaderReads(folder: string): Promise<string> {
  const rows = await measureHeaderReads(folder)
  const title = 'headers of 512 KiB CT files, from the page cache'
  notebook.note({ kind: 'values', title, unit: 'files a second', better: 'higher', anchor: 'dcmjs', rows })
  const base = rows.find(({ name }) => name === 'dcmjs')?.median ?? Number.NaN
  const lines = rows.map(({ name, median, least, most }) =>
    [
      name.padEnd(26),
      `${median.toFixed(0).padStart(7)} files/s`,
      `(${least.toFixed(0)}-${most.toFixed(0)})`.padEnd(15),
      `${(median / base).toFixed(1).padStart(5)}x`,
    ].join('  '),
  )
  return [
    'Headers of 512 KiB CT files, from the page cache  (dcmjs = 1)',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n')
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-'))
  try {
    console.log(await benchHeaderReads(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
