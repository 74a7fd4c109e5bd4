import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bytesOf, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { Watchdog } from '../runner/watchdog.ts'
import { downloadRig, hear, instead } from '../testing/download-rig.ts'
import { createDownload } from './index.ts'
import { zipStudy } from './zip-study.ts'

const noPython = spawnSync('python3', ['--version']).status !== 0 && 'there is no python3 to read zips with'

const noExtra = process.env['GANTRY_TEST_EXTRA'] !== '1' && 'it reads and digests gigabytes: --extra'

const gibibyte = 2 ** 30
const zeros = Buffer.alloc(1024 * 1024)

/** A directory of files of zeros, as long as they are said to be. */
function zerosOf(files: ReadonlyMap<string, number>): Store {
  const driver = memory()
  const entryOf = (path: string) => ({ path, size: files.get(path) ?? 0 })
  const body = async function* (size: number) {
    for (let at = 0; at < size; at += zeros.length) yield zeros.subarray(0, Math.min(zeros.length, size - at))
  }
  return new Store({
    contract: 1,
    scheme: 'zeros',
    abilities: driver.abilities,
    list: (selection, call) => driver.list(selection, call),
    stat: async (path) => entryOf(path),
    read: async ({ path }) => ({ entry: entryOf(path), body: body(files.get(path) ?? 0) }),
    codeOf: () => undefined,
  })
}

interface ReadZip {
  readonly count: number
  /** What its end says of it. */
  readonly told: number
  readonly bad: string | null
  readonly sizes: Record<string, number>
}

/** What another program finds in it: names, sizes and checksums, or what it complains of. */
function readZip(bytes: Uint8Array): ReadZip {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-zip-'))
  try {
    writeFileSync(join(folder, 'a.zip'), bytes)
    return readZipAt(join(folder, 'a.zip'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readZipAt(path: string): ReadZip {
  const program = `
import json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
infos = zip.infolist()
told = zipfile._EndRecData(open(sys.argv[1], 'rb'))[4]
sizes = {i.filename: i.file_size for i in infos[:100]}
print(json.dumps({'count': len(infos), 'told': told, 'bad': zip.testzip(), 'sizes': sizes}))`
  const { stdout, stderr } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' })
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout) as ReadZip
}

const watching = () => ({ signal: new AbortController().signal, watchdog: new Watchdog(5000) })

describe.skipIf(noPython)('a zip for each study', () => {
  test('holds all of it, also when all was there before (fault 9)', async () => {
    const { store, directory, files, saved } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(['1.2.3', '1.2.4']).start()
    const job = download.download(['1.2.3', '1.2.4'], { zip: true })
    const heard = hear(job)
    expect(await job.start()).toMatchObject({ complete: true })
    expect(heard.save.map(({ file }) => file).toSorted()).toEqual(['1.2.3.zip', '1.2.4.zip'])
    const all = await saved()
    const found = readZip(all.get('1.2.3.zip') ?? new Uint8Array(0))
    const expected = [...files].filter(([path]) => path.startsWith('1.2.3/'))
    expect(found).toEqual({
      count: 4,
      told: 4,
      bad: null,
      sizes: Object.fromEntries(expected.map(([path, { length }]) => [path, length])),
    })
  })

  test('goes to a stream whose length is known before', async () => {
    const { store, directory } = await downloadRig()
    const chunks: Uint8Array[] = []
    let promised = 0
    const zip = (study: string, size: number) => {
      expect(study).toBe('1.2.4')
      promised = size
      return new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) })
    }
    await createDownload({ store, directory }).download(['1.2.4'], { zip }).start()
    const bytes = Buffer.concat(chunks)
    expect(bytes.length).toBe(promised)
    expect(readZip(bytes)).toMatchObject({ count: 2, bad: null })
  })

  test('of more files than an old zip can count has their number (fault 9)', { timeout: 600_000 }, async () => {
    const files = Array.from({ length: 65_600 }, (_, index) => `s/${index}.dcm`)
    const directory = zerosOf(new Map(files.map((path) => [path, 1])))
    const chunks: Uint8Array[] = []
    const sink = () => new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk.slice()) })
    const { size } = await zipStudy(
      's',
      files.map((file) => ({ file })),
      { directory, sink, ...watching() },
    )
    const bytes = Buffer.concat(chunks)
    expect(bytes.length).toBe(size)
    expect(readZip(bytes)).toMatchObject({ count: 65_600, told: 65_600, bad: null })
  })

  test.skipIf(noExtra)('of more than 4 GiB (fault 9)', { timeout: 1_200_000 }, async () => {
    const files = new Map([
      ['s/a.dcm', 4.5 * gibibyte],
      ['s/b.dcm', 100_000],
      ['s/c.dcm', 7],
    ])
    const folder = mkdtempSync(join(tmpdir(), 'gantry-zip-'))
    try {
      const path = join(folder, 'a.zip')
      const file = openSync(path, 'w')
      let at = 0
      const sink = () =>
        new WritableStream<Uint8Array>({
          write(chunk) {
            // Zeros leave a hole, so that it takes no space.
            if (!zeros.subarray(0, chunk.length).equals(chunk)) writeSync(file, chunk, 0, chunk.length, at)
            at += chunk.length
          },
        })
      const options = { directory: zerosOf(files), sink, ...watching() }
      const { size } = await zipStudy(
        's',
        [...files.keys()].map((name) => ({ file: name })),
        options,
      )
      closeSync(file)
      expect(at).toBe(size)
      expect(readZipAt(path)).toEqual({ count: 3, told: 3, bad: null, sizes: Object.fromEntries(files) })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('the length of a zip of more than 4 GiB is known before', async () => {
  const files = new Map([
    ['s/a.dcm', 5 * gibibyte],
    ['s/b.dcm', 10],
  ])
  let promised = 0
  const sink = (_: string, size: number) => {
    promised = size
    return new WritableStream<Uint8Array>({
      write: () => {
        throw new Error('enough')
      },
    })
  }
  const options = { directory: zerosOf(files), sink, ...watching() }
  await expect(
    zipStudy(
      's',
      [...files.keys()].map((file) => ({ file })),
      options,
    ),
  ).rejects.toThrow('enough')
  // Of each file a header, a descriptor (longer for the large one), its record, and what ZIP64 adds to that.
  const large = 30 + 7 + 24 + (46 + 7 + 28)
  const beyond = 30 + 7 + 16 + (46 + 7 + 12)
  expect(promised).toBe(5 * gibibyte + 10 + large + beyond + 76 + 22)
})

describe('a study with holes', () => {
  test('gets no zip', async () => {
    const { store, directory, saved } = await downloadRig({
      source: { body: ({ path }, body) => (path.endsWith('1.2.3.2.0.dcm') ? instead(body, new Uint8Array(5)) : body) },
    })
    const result = await createDownload({ store, directory }).download(['1.2.3', '1.2.4'], { zip: true }).start()
    expect(result.complete).toBe(false)
    const all = await saved()
    expect(all.has('1.2.3.zip')).toBe(false)
    expect(all.has('1.2.4.zip')).toBe(true)
  })

  test('nor does one of which a file was damaged in the directory, which a retry brings again', async () => {
    const { store, directory, files, saved } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(['1.2.4']).start()
    const [file = '', sound = new Uint8Array(0)] = [...files].find(([path]) => path.startsWith('1.2.4/')) ?? []
    const damaged = Uint8Array.from(sound, (byte, at) => (at === 2500 ? byte ^ 1 : byte))
    await directory.write({ path: file, size: damaged.length }, bytesOf(damaged))
    const job = download.download(['1.2.4'], { zip: true })
    const result = await job.start()
    expect(result).toMatchObject({ complete: false, errors: [{ file: '1.2.4.zip', error: { code: 'integrity' } }] })
    expect(result.files).not.toContain(file)
    expect((await saved()).has('1.2.4.zip')).toBe(false)
    expect(await job.retry()).toMatchObject({ complete: true })
    expect(Buffer.from((await saved()).get(file) ?? []).equals(sound)).toBe(true)
    expect(readZip((await saved()).get('1.2.4.zip') ?? new Uint8Array(0))).toMatchObject({ count: 2, bad: null })
  })

  test('a retry brings a damaged file again also where its digest is not told any more', async () => {
    const { source, store, directory, files, saved } = await downloadRig()
    const download = createDownload({ store, directory })
    await download.download(['1.2.4']).start()
    const [file = '', sound = new Uint8Array(0)] = [...files].find(([path]) => path.startsWith('1.2.4/')) ?? []
    await directory.write({ path: file, size: sound.length }, bytesOf(sound.map((byte) => byte ^ 1)))
    const job = download.download(['1.2.4'], { zip: true })
    expect(await job.start()).toMatchObject({ errors: [{ file: '1.2.4.zip', error: { code: 'integrity' } }] })
    source.script = { entry: ({ digests: _digests, ...entry }) => entry }
    expect(await job.retry()).toMatchObject({ complete: true })
    expect(Buffer.from((await saved()).get(file) ?? []).equals(sound)).toBe(true)
    // It is no damaged one any more.
    const read = source.count('read') + source.count('fetched')
    expect(await job.retry()).toMatchObject({ complete: true })
    expect(source.count('read') + source.count('fetched')).toBe(read)
  })

  test('a sink that fails is told', async () => {
    const { store, directory } = await downloadRig()
    const zip = () =>
      new WritableStream<Uint8Array>({
        write: () => {
          throw new Error('The disk is full.')
        },
      })
    const result = await createDownload({ store, directory }).download(['1.2.4'], { zip }).start()
    expect(result).toMatchObject({ complete: false, errors: [{ file: '1.2.4.zip' }] })
  })
})
