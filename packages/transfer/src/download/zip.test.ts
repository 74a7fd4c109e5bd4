import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bytesOf, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { downloadRig, hear, instead } from '../testing/download-rig.ts'
import { createDownload } from './index.ts'
import { zipStudy } from './zip-study.ts'

const noPython = spawnSync('python3', ['--version']).status !== 0 && 'there is no python3 to read zips with'

const noExtra = process.env['GANTRY_TEST_EXTRA'] !== '1' && 'it takes minutes: --extra'

/** What another program finds in it: names, sizes and checksums, or what it complains of. */
function readZip(bytes: Uint8Array): { count: number; bad: string | null; sizes: Record<string, number> } {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-zip-'))
  try {
    writeFileSync(join(folder, 'a.zip'), bytes)
    const program = `
import json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
infos = zip.infolist()
print(json.dumps({'count': len(infos), 'bad': zip.testzip(), 'sizes': {i.filename: i.file_size for i in infos[:100]}}))`
    const { stdout, stderr } = spawnSync('python3', ['-c', program, join(folder, 'a.zip')], { encoding: 'utf8' })
    if (stderr !== '') throw new Error(stderr)
    return JSON.parse(stdout) as ReturnType<typeof readZip>
  } finally {
    rmSync(folder, { recursive: true })
  }
}

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

  test.skipIf(noExtra)('of more files than an old zip can count (fault 9)', { timeout: 600_000 }, async () => {
    const directory = new Store(memory())
    const files = Array.from({ length: 65_600 }, (_, index) => `s/${index}.dcm`)
    for (const path of files) await directory.write({ path, size: 1 }, bytesOf(new Uint8Array([7])))
    const chunks: Uint8Array[] = []
    const sink = () => new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk.slice()) })
    const { size } = await zipStudy('s', files, { directory, sink, signal: new AbortController().signal })
    const bytes = Buffer.concat(chunks)
    expect(bytes.length).toBe(size)
    expect(readZip(bytes)).toMatchObject({ count: 65_600, bad: null })
  })
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
