import { spawn } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { contest, type Contestant, type Row } from './contest.ts'
import { type Cost, measureSaying } from './measure.ts'
import { notebook } from './page/notebook.ts'
import { withS3Double } from './s3.ts'

const mebibyte = 1024 * 1024
const whole = { files: 256, size: 4 * mebibyte }
const part = { files: 64, size: 4 * mebibyte }

/** Packing, archiving, reading and uploading, each against who does the same. */
export async function benchCar(folder: string, rounds: number): Promise<string> {
  const source = makeFiles(join(folder, 'car-source'), whole)
  const some = makeFiles(join(folder, 'car-some'), part)
  const archive = join(folder, 'car-archive')
  const plain = join(folder, 'car-archive-public')
  const file = join(folder, 'car-file')
  const clean = (place: string) => () => {
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
  }
  const anew = () => rmSync(file, { force: true })
  try {
    const roots = await contest([one('importer-root', source), one('gantry-root', source)], rounds)
    const cars = await contest([one('importer-car', source, file, anew), one('gantry-car', source)], rounds)
    anew()
    const archiving = await contest(
      [
        one('gantry-archive-public', source, plain, clean(plain)),
        one('gantry-archive', source, archive, clean(archive)),
      ],
      rounds,
    )
    const reading = await contest(
      [one('plain-read', source, plain), one('gantry-read-public', source, plain), one('gantry-read', source, archive)],
      rounds,
    )
    const distant = await withS3Double(folder, async (server) => {
      const bucket = JSON.stringify(server)
      await runOnce('bring', plain, bucket)
      return await contest([one('plain-read', source, bucket), one('gantry-read-public', source, bucket)], rounds)
    })
    const uploading = await contest([upload('client-upload', some), upload('gantry-upload', some)], rounds)
    return [
      report('the root of 1 GiB: nothing is kept, by the importer neither (a null block store)', roots, whole),
      report('1 GiB in CARs with SHA-256: the importer, @ipld/car and node:crypto make one', cars, whole),
      report('archiving 1 GiB into a folder, plain and encrypted', archiving, whole),
      report(
        'reading 1 GiB out of a folder: ranges without proof; each block proved; proved and decrypted',
        reading,
        whole,
      ),
      report('reading 1 GiB out of a bucket: ranges without proof; each block proved', distant, whole),
      report('uploading 256 MiB, plain, to a w3up service in another process; no PieceCIDs', uploading, part),
    ].join('\n')
  } finally {
    for (const place of [source, some, archive, plain, file]) rmSync(place, { recursive: true, force: true })
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

const program = (name: string) => ['--conditions=@gantry/source', join(import.meta.dirname, name)]

interface Said {
  readonly seconds: number
  readonly cpu: number
  readonly rss: number
}

async function runOnce(name: string, folder: string, where: string): Promise<Cost> {
  const args = [...program('car-run.ts'), name, folder, where]
  const { said } = await measureSaying({ command: process.execPath, args })
  const { seconds, cpu, rss } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Said
  process.stderr.write(
    `    ${cpu.toFixed(2)} s of CPU, ${(rss / mebibyte).toFixed(0)} MiB, load ${loadavg()[0]?.toFixed(1)}\n`,
  )
  // Of the work alone, without the start of the process.
  return { wall: seconds * 1000, cpu: cpu * 1000, rss }
}

function one(name: string, folder: string, where = '', prepare: () => void = () => {}): Contestant {
  return { name, prepare, run: async () => await runOnce(name, folder, where) }
}

/** Against a service of its own, which has nothing yet. */
function upload(name: string, folder: string): Contestant {
  return {
    name,
    async run() {
      const service = spawn(process.execPath, program('car-service.ts'), { stdio: ['pipe', 'pipe', 'inherit'] })
      const ended = once(service, 'exit')
      try {
        const [line] = (await once(createInterface(service.stdout), 'line')) as [string]
        return await runOnce(name, folder, line)
      } finally {
        service.stdin.end()
        await ended
      }
    },
  }
}

/** All against the first. */
function report(title: string, rows: readonly Row[], { files, size }: typeof whole): string {
  const figure = rows.map(({ name, median, runs }) => ({ name, median, runs: [...runs] }))
  notebook.note({ kind: 'contest', title, anchor: rows[0]?.name ?? '', bytes: files * size, rows: figure })
  const base = rows[0]?.median ?? { wall: Number.NaN, cpu: Number.NaN }
  const lines = rows.map(({ name, median: { wall, cpu, rss } }) => {
    const rate = ((files * size) / mebibyte / (wall / 1000)).toFixed(0).padStart(6)
    const [times, work] = [base.wall / wall, base.cpu / cpu].map((value) => value.toFixed(2).padStart(5))
    return `  ${name.padEnd(24)} ${rate} MiB/s  ${times}x  CPU ${(cpu / 1000).toFixed(2).padStart(5)} s  ${work}x  ${(rss / mebibyte).toFixed(0).padStart(5)} MiB`
  })
  return `${title}\n${lines.join('\n')}\n`
}
