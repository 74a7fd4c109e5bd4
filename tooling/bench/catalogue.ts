import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { type Catalogue, catalogueMigrations, type NewReceipt } from '@gantry/catalogue'
import { openCatalogue } from '@gantry/catalogue/node'

import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'

const instances = 100_000
const manyRows = 10_000_000
const seriesLength = 250
const studyLength = 1000
const lookups = 200
/** As an archive records them. */
const batch = 5000

/** How fast receipts are recorded, and how fast they are found among ten million. */
export async function benchCatalogue(folder: string): Promise<string> {
  const lines = ['Catalogue']
  const recording = await record(join(folder, 'recording.db'))
  lines.push(`  ${instances} instances recorded: ${rateOf(recording)} (goal: 20,000 a second of an idle core)`)
  const file = join(folder, 'many.db')
  const built = fillMany(file)
  lines.push(`  ${manyRows} rows made in ${Math.round(built)} s, beside the catalogue's own code`)
  const catalogue = openCatalogue(file)
  try {
    const found = await lookUp(catalogue)
    notebook.note({
      kind: 'values',
      title: `looking up one of ${manyRows} instances; most is the 99th of a hundred`,
      unit: 'ms',
      better: 'lower',
      rows: found.map(([name, median, most, least]) => ({ name, median, least, most })),
    })
    for (const [what, median, worst] of found) {
      lines.push(`  ${what}: median ${median.toFixed(3)} ms, 99th of a hundred ${worst.toFixed(3)} ms (goal: 1 ms)`)
    }
    const more = await recordInto(catalogue, manyRows, 10_000)
    const title = 'instances recorded in a second'
    const rows = [['an empty catalogue', recording] as const, [`${manyRows} in it`, more] as const].flatMap(
      ([name, { wall, cpu }]) => [single(name, wall), single(`${name}, of CPU time`, cpu)],
    )
    notebook.note({ kind: 'values', title, unit: 'instances a second', better: 'higher', rows })
    lines.push(`  10000 more recorded beside them: ${rateOf(more)}`)
  } finally {
    await catalogue.close()
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  }
  return `${lines.join('\n')}\n`
}

/** Receipts a second, on the clock and of the processor. */
interface Recorded {
  readonly wall: number
  readonly cpu: number
}

function rateOf({ wall, cpu }: Recorded): string {
  return `${Math.round(wall)} a second, ${Math.round(cpu)} a second of processor time`
}

/** As an archive records them: by five hundred. */
async function record(file: string): Promise<Recorded> {
  const catalogue = openCatalogue(file)
  try {
    return await recordInto(catalogue, 0, instances)
  } finally {
    await catalogue.close()
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  }
}

async function recordInto(catalogue: Catalogue, first: number, count: number): Promise<Recorded> {
  const start = performance.now()
  const before = process.cpuUsage()
  for (let number = first; number < first + count; number += batch) {
    const receipts = Array.from({ length: batch }, (_, index) => receiptOf(number + index))
    await catalogue.record({ location: 's3://archive', session: { name: `session ${first}` } }, receipts)
  }
  const { user, system } = process.cpuUsage(before)
  return { wall: (count / (performance.now() - start)) * 1000, cpu: (count / (user + system)) * 1_000_000 }
}

function receiptOf(number: number): NewReceipt {
  return {
    path: pathOf(number),
    bytes: 524_288 + (number % 1000),
    sha256: Buffer.from(digestOf(number)).toString('hex'),
    at: 1_700_000_000_000 + number,
    verified: true,
    version: `v${number}`,
    image: {
      studyInstanceUID: studyOf(number),
      seriesInstanceUID: seriesOf(number),
      sopInstanceUID: instanceOf(number),
      sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
      transferSyntaxUID: '1.2.840.10008.1.2.1',
    },
    attributes: { StudyDate: '20260101', Modality: 'CT' },
  }
}

const root = '1.2.826.0.1.3680043.10.1338'
const studyOf = (number: number) => `${root}.1.${Math.floor(number / studyLength)}`
const seriesOf = (number: number) => `${root}.2.${Math.floor(number / seriesLength)}`
const instanceOf = (number: number) => `${root}.3.${number}`
const pathOf = (number: number) => `${Math.floor(number / seriesLength)}/${number}.dcm`

/** As scattered as a SHA-256, and cheaper. */
function digestOf(number: number): Uint8Array {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  let state = (number + 1) >>> 0
  for (let offset = 0; offset < 32; offset += 4) {
    state = Math.imul(state ^ (state >>> 16), 0x45d9f3b)
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + offset + number
    view.setUint32(offset, state >>> 0)
  }
  return bytes
}

/** Fills the catalogue's tables straight, and makes its indexes at the end: seconds it took. */
function fillMany(file: string): number {
  const start = performance.now()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000')
  database.exec('PRAGMA foreign_keys = OFF')
  for (const migration of catalogueMigrations) database.exec(migration)
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`)
  database.exec("INSERT INTO locations VALUES (1, 's3://archive'); BEGIN")
  database.exec("INSERT INTO sessions VALUES (1, '', 'many', 0, NULL)")
  const study = database.prepare("INSERT INTO studies VALUES (?, ?, '20260101', NULL, NULL, NULL)")
  const series = database.prepare("INSERT INTO series VALUES (?, ?, ?, 'CT')")
  const instance = database.prepare(
    "INSERT INTO instances VALUES (?, ?, ?, ?, ?, '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2.1', NULL)",
  )
  const receipt = database.prepare(
    'INSERT INTO receipts (id, instance, location, path, at, verified) VALUES (?, ?, 1, ?, ?, 1)',
  )
  const member = database.prepare('INSERT INTO session_receipts VALUES (1, ?)')
  for (let number = 0; number < manyRows; number += 1) {
    if (number % studyLength === 0) study.run(number / studyLength + 1, studyOf(number))
    if (number % seriesLength === 0) {
      series.run(number / seriesLength + 1, Math.floor(number / studyLength) + 1, seriesOf(number))
    }
    const owner = Math.floor(number / seriesLength) + 1
    instance.run(number + 1, digestOf(number), 524_288, owner, instanceOf(number))
    receipt.run(number + 1, number + 1, pathOf(number), number)
    member.run(number + 1)
  }
  database.exec('COMMIT')
  for (const { sql } of indexes) database.exec(sql)
  database.exec(`PRAGMA user_version = ${catalogueMigrations.length}`)
  database.close()
  return (performance.now() - start) / 1000
}

/** Milliseconds, of names that are spread over all of it. */
async function lookUp(
  catalogue: Catalogue,
): Promise<(readonly [what: string, median: number, worst: number, least: number])[]> {
  const kinds: readonly (readonly [string, (number: number) => Promise<unknown>])[] = [
    ['An instance by its UID, with its receipt', async (number) => await firstOf(catalogue, instanceOf(number))],
    ['A series by its UID', async (number) => await catalogue.find(seriesOf(number))],
    ['A study by its UID', async (number) => await catalogue.find(studyOf(number))],
    ['Where bytes lie, by their SHA-256', async (number) => await catalogue.whereIs(receiptOf(number).sha256)],
    ['What lies at a path', async (number) => await catalogue.at('s3://archive', pathOf(number))],
  ]
  const found: (readonly [string, number, number, number])[] = []
  for (const [what, look] of kinds) {
    const times: number[] = []
    for (let count = 0; count < lookups; count += 1) {
      const number = Math.floor(((count * 0.618_033_988_7) % 1) * manyRows)
      const start = performance.now()
      await look(number)
      times.push(performance.now() - start)
    }
    times.sort((a, b) => a - b)
    found.push([what, times[Math.floor(lookups / 2)] ?? 0, times[Math.floor(lookups * 0.99)] ?? 0, times[0] ?? 0])
  }
  return found
}

async function firstOf(catalogue: Catalogue, name: string): Promise<void> {
  const target = await catalogue.find(name)
  for await (const receipt of catalogue.receipts(target)) if (receipt.image?.sopInstanceUID === name) return
  throw new Error('It was not found.')
}
