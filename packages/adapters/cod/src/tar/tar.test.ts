import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { bytesOf, collect } from '@gantry/core'
import { afterAll, describe, expect, test } from 'vitest'

import { SliceCursor } from '../read/slice-cursor.ts'
import { data, nativeFrames, noFixtures, ultrasound } from '../testing/fixtures.ts'
import { buildIndex } from './build-index.ts'
import { headersSize, paddingOf, paxHeader } from './pax-header.ts'
import type { TarRow } from './tar-row.ts'
import { type TarEntry, walkTar } from './walk-tar.ts'

const folder = mkdtempSync(join(tmpdir(), 'cod-tar-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function walk(bytes: Uint8Array, chunk = bytes.length): Promise<{ entries: TarEntry[]; end: number }> {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk))
  const walking = walkTar(new SliceCursor(bytesOf(...chunks), 0))
  const entries: TarEntry[] = []
  for (;;) {
    const step = await walking.next()
    if (step.done === true) return { entries, end: step.value }
    entries.push(step.value)
  }
}

function openIndex(bytes: Uint8Array): DatabaseSync {
  const file = join(folder, `${Math.random()}.sqlite`)
  writeFileSync(file, bytes)
  return new DatabaseSync(file, { readOnly: true })
}

describe.skipIf(noFixtures)('tars that Python wrote', () => {
  const tree = join(data, 'cod/generated/v1.0/dicomweb/studies')
  const seriesFolder = join(tree, ultrasound.study, 'series', ultrasound.series)

  test('are walked, in chunks of any length', async () => {
    const bytes = readFileSync(`${seriesFolder}.tar`)
    const { entries, end } = await walk(bytes)
    expect(entries).toHaveLength(10)
    expect(entries[0]).toMatchObject({
      headerOffset: 0,
      offset: 1536,
      size: 110_030,
      mtime: 1_735_689_600.25,
      type: '0',
    })
    expect(entries[1]).toMatchObject({ headerOffset: 111_616, offset: 113_152 })
    expect(bytes.subarray(end).every((byte) => byte === 0)).toBe(true)
    for (const chunk of [1000, 512, 4097]) expect((await walk(bytes, chunk)).entries).toEqual(entries)
  })

  test('have the headers that are written here', () => {
    const bytes = readFileSync(`${join(tree, nativeFrames.study, 'series', nativeFrames.series)}.tar`)
    const name = 'instances/1.2.276.0.50.192168001092.11156604.14547392.313.dcm'
    const ours = Buffer.from(paxHeader({ name, size: 527_852, mtime: 1_735_689_600.25 }))
    const theirs = Buffer.from(bytes.subarray(0, headersSize))
    // Who owned the file is not written here: two names, and the sum that counts them.
    for (const at of [1289, 1321]) theirs.fill(0, at, at + 4)
    ours.copy(theirs, 1172, 1172, 1180)
    expect(ours.equals(theirs)).toBe(true)
  })

  test('have the index that is written here', async () => {
    const { entries } = await walk(readFileSync(`${seriesFolder}.tar`))
    const ours = openIndex(buildIndex(entries, 1_464_320))
    const theirs = new DatabaseSync(join(seriesFolder, 'index.sqlite'), { readOnly: true })
    const files = 'SELECT * FROM files ORDER BY path, name'
    expect(ours.prepare(files).all()).toEqual(theirs.prepare(files).all())
    const versions = 'SELECT * FROM versions ORDER BY name'
    expect(ours.prepare(versions).all()).toEqual(theirs.prepare(versions).all())
  })

  test.for(['test-pax.tar', 'test-ustar.tar', 'test-ustar-with-prefix.tar', 'test.tar'])('%s', async (file) => {
    const path = join(data, 'cod/tars', file)
    const listed = execFileSync('tar', ['tf', path]).toString().trim().split('\n')
    expect((await walk(readFileSync(path))).entries.map(({ name }) => name)).toEqual(listed)
  })
})

test('GNU tar reads what is written here', async () => {
  const names = [
    'instances/1.2.3.dcm',
    `instances/${'long-'.repeat(30)}.dcm`,
    'instances/größe.dcm',
    'instances/empty.dcm',
  ]
  const contents = names.map((name, index) => Buffer.from(index === 3 ? '' : `content of ${name}`))
  const pieces = names.flatMap((name, index) => {
    const content = contents[index] as Buffer
    const header = paxHeader({ name, size: content.length, mtime: 1_700_000_000 + index / 4 })
    return [header, content, new Uint8Array(paddingOf(content.length, 512))]
  })
  const whole = Buffer.concat([...pieces, new Uint8Array(1024)])
  const file = join(folder, 'ours.tar')
  writeFileSync(file, whole)
  execFileSync('tar', ['xf', file, '-C', folder])
  for (const [index, name] of names.entries()) expect(readFileSync(join(folder, name))).toEqual(contents[index])
  const { entries } = await walk(whole)
  expect(entries.map(({ name }) => name)).toEqual(names)
  expect(entries.map(({ mtime }) => mtime)).toEqual([
    1_700_000_000, 1_700_000_000.25, 1_700_000_000.5, 1_700_000_000.75,
  ])
})

test('a file of more than 8 GiB says its size in the record', async () => {
  const size = 9 * 1024 ** 3
  const cursor = new SliceCursor(bytesOf(paxHeader({ name: 'instances/1.dcm', size, mtime: 0 })), 0)
  expect((await walkTar(cursor).next()).value).toMatchObject({ size, offset: headersSize })
})

test.for([0, 1, 30, 31, 32, 60, 500, 5000, 12_000])('an index of %d rows is sound', (count) => {
  const rows: TarRow[] = Array.from({ length: count }, (_, index) => ({
    name: `instances/1.2.826.0.1.3680043.8.498.${(index * 7919) % count}${'0'.repeat(index % 20)}.dcm`,
    headerOffset: index * 500_000,
    offset: index * 500_000 + 1536,
    size: index * 3,
    mtime: 1_735_689_600 + index / 8,
  }))
  const index = openIndex(buildIndex(rows, count * 500_000))
  expect(index.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  const find = index.prepare('SELECT offset, size, mtime FROM files WHERE path = ? AND name = ?')
  for (const row of rows.filter((_, at) => at % 97 === 0)) {
    const { offset, size, mtime } = row
    expect(find.all('/instances', row.name.slice('instances/'.length))).toContainEqual({ offset, size, mtime })
  }
  expect(index.prepare('SELECT count(*) AS count FROM files').get()).toEqual({ count: count + (count > 0 ? 1 : 0) })
})

test('what is cut off, or no tar, is told', async () => {
  const header = paxHeader({ name: 'instances/1.dcm', size: 1000, mtime: 0 })
  await expect(walk(Buffer.concat([header, Buffer.alloc(900)]))).rejects.toMatchObject({ code: 'integrity' })
  await expect(walk(Buffer.from('no tar '.repeat(100)))).rejects.toMatchObject({ code: 'integrity' })
  header[10] = 1
  await expect(walk(Buffer.concat([header, Buffer.alloc(2048)]))).rejects.toMatchObject({ code: 'integrity' })
  expect(await collect(bytesOf(new Uint8Array(1)))).toHaveLength(1)
})
