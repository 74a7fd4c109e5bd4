import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { codeOf } from '../../samples/outcome.ts'
import { sampleBytes, sampleFiles, sampleIdentity } from '../../samples/sample-files.ts'
import { readHeader } from '../header/read-header.ts'
import { openFileSource, readHeaderFile, readHeaderFileSync, readImageFile, readImageFileSync } from './file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-dicom-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name.replaceAll(' ', '-'))
  writeFileSync(path, bytes)
  return path
}

test.each([...sampleFiles.keys()])('%s, from a file', async (name) => {
  const path = written(name, sampleBytes(name))
  const keywords = ['PatientID', 'PatientName']
  const attributes = { PatientID: 'ID-1', PatientName: 'Ümläut^Ünnamed' }
  for (const firstRead of [256, 16_384]) {
    expect(readImageFileSync(path, { keywords, firstRead })).toMatchObject({ image: sampleIdentity, attributes })
    expect(await readImageFile(path, { keywords, firstRead })).toMatchObject({ image: sampleIdentity, attributes })
    const header = readHeaderFileSync(path, { firstRead })
    expect(header.identifiers).toMatchObject(sampleIdentity)
    expect(await readHeaderFile(path, { firstRead })).toEqual(header)
  }
})

test('headers that were read keep their values when other files are read', () => {
  const path = written('kept', sampleBytes('explicit'))
  const { elements } = readHeaderFileSync(path)
  const before = elements.map(({ value }) => value?.slice())
  readImageFileSync(written('other', sampleBytes('big endian')))
  expect(elements.map(({ value }) => value?.slice())).toEqual(before)
})

describe('what cannot be read', () => {
  test('has a code, and its path beside the message', async () => {
    const missing = join(folder, 'missing')
    expect(codeOf(() => readImageFileSync(missing))).toBe('not_found')
    await expect(readImageFile(missing)).rejects.toMatchObject({ code: 'not_found', path: missing })
    await expect(readImageFile(missing)).rejects.not.toThrow('missing')
    expect(codeOf(() => readImageFileSync(folder))).toBe('unsupported')
    await expect(readHeaderFile(folder)).rejects.toMatchObject({ code: 'unsupported' })
    expect(codeOf(() => readImageFileSync(written('text', Buffer.from('no image'))))).toBe('invalid')
  })

  test.skipIf(process.platform === 'win32')('a pipe that nobody writes to does not hang', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(codeOf(() => readImageFileSync(pipe))).toBe('unsupported')
    await expect(readImageFile(pipe)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.skipIf(process.getuid?.() === 0)('a file without permission', () => {
    const path = written('secret', sampleBytes('explicit'))
    chmodSync(path, 0)
    expect(codeOf(() => readImageFileSync(path))).toBe('permission_denied')
  })

  test('a file that shrinks while it is open', async () => {
    const path = written('shrinking', sampleBytes('explicit'))
    const source = await openFileSource(path)
    truncateSync(path, 300)
    await expect(readHeader(source)).rejects.toMatchObject({ code: 'integrity' })
    await source.close()
  })
})
