import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, type ZipWriterAddDataOptions } from '@zip.js/zip.js'
import { collect } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { textBytes } from '../../testing/formats/binary.ts'
import { asciiStl, binaryStl } from '../../testing/formats/mesh-samples.ts'
import { bytesInput } from '../input/bytes-input.ts'
import type { FileInput } from '../input/file-input.ts'
import { loadFiles } from '../load/load-files.ts'
import { openZip } from './open-zip.ts'

const noise = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index * 7919) >>> 5)

async function zipOf(name: string, bytes: Uint8Array, options: ZipWriterAddDataOptions = {}): Promise<FileInput> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false })
  await writer.add(name, new Uint8ArrayReader(bytes), options)
  return bytesInput('set.zip', await writer.close())
}

const read = async (input: FileInput | undefined, range?: { start: number; end?: number }) =>
  await collect((await input?.read(range)) ?? (async function* () {})())

/** Changes bytes of an archive, found by what comes before them. */
function patched(zip: Uint8Array, at: (zip: Buffer) => number, ...bytes: readonly number[]): Uint8Array {
  const copy = Buffer.from(zip)
  copy.set(bytes, at(copy))
  return new Uint8Array(copy)
}

describe('files in an archive', () => {
  test.each([
    ['deflated', { level: 6 }],
    ['stored', { level: 0 }],
    ['zip64', { level: 6, zip64: true }],
    ['with data descriptors', { level: 6, dataDescriptor: true }],
  ])('%s: whole, and by ranges', async (_, options) => {
    const { inputs, problems } = await openZip(await zipOf('a/b/c.bin', noise, options))
    expect(problems).toEqual([])
    expect(inputs.map(({ name, size }) => [name, size])).toEqual([['set/a/b/c.bin', noise.length]])
    expect(await read(inputs[0])).toEqual(noise)
    expect(await read(inputs[0], { start: 1000, end: 200_000 })).toEqual(noise.subarray(1000, 200_000))
    expect(await read(inputs[0], { start: 299_990 })).toEqual(noise.subarray(299_990))
  })

  test('a study in folders loads as one', async () => {
    const files: { [path: string]: Uint8Array } = { 'study/model.stl': binaryStl(), 'study/readme.txt': textBytes('x') }
    for await (const { path, bytes } of phantom({ size: 32, slices: 5 })) files[path] = bytes
    const { volumes, geometries, problems } = await loadFiles([bytesInput('in/set.ZIP', zipSync(files))])
    expect(volumes).toMatchObject([{ dimensions: [32, 32, 5] }])
    expect(volumes[0]?.entries[0]?.name).toBe('in/set/study-1/series-1/00001.dcm')
    expect(await read(volumes[0]?.entries[0]?.input)).toEqual(new Uint8Array(files['study-1/series-1/00001.dcm'] ?? []))
    expect(geometries).toHaveLength(1)
    expect(problems).toMatchObject([{ name: 'in/set/study/readme.txt', code: 'unsupported' }])
  })

  test('files outlive the signal of the call that found them', async () => {
    const controller = new AbortController()
    const { inputs } = await openZip(await zipOf('a.bin', noise), { signal: controller.signal })
    controller.abort()
    expect(await read(inputs[0])).toEqual(noise)
  })

  test('a body that is not read to its end lets go of the archive', async () => {
    const archive = await zipOf('a.bin', noise, { level: 0 })
    let open = 0
    const counted: FileInput = {
      ...archive,
      async read(range, call) {
        const body = await archive.read(range, call)
        open += 1
        return (async function* () {
          try {
            for await (const chunk of body) for (let at = 0; at < chunk.length; at += 1000) yield chunk.subarray(at, at + 1000) // prettier-ignore
          } finally {
            open -= 1
          }
        })()
      },
    }
    const { inputs } = await openZip(counted)
    for await (const chunk of (await inputs[0]?.read()) ?? []) if (chunk.length > 0) break
    await expect.poll(() => open).toBe(0)
  })
})

describe('what is refused', () => {
  test.each(['../evil.stl', 'a/../../evil.stl', '/etc/evil.stl', '..\\evil.stl', 'C:\\evil.stl', 'a//b.stl'])(
    'a name that leads out: %s',
    async (name) => {
      const archive = bytesInput('set.zip', zipSync({ [name]: asciiStl, 'good.stl': asciiStl }))
      const { geometries, problems } = await loadFiles([archive])
      expect(geometries.map(({ entries }) => entries[0]?.name)).toEqual(['set/good.stl'])
      expect(problems).toMatchObject([{ code: 'invalid' }])
    },
  )

  test('an encrypted file, by name', async () => {
    const { problems } = await loadFiles([await zipOf('secret.stl', asciiStl, { password: 'x' })])
    expect(problems).toMatchObject([{ name: 'set/secret.stl', code: 'unsupported' }])
  })

  test('an archive within an archive', async () => {
    const inner = zipSync({ 'a.stl': asciiStl })
    const { problems } = await loadFiles([bytesInput('set.zip', zipSync({ 'inner.zip': inner }))])
    expect(problems).toMatchObject([{ name: 'set/inner.zip', code: 'unsupported' }])
  })

  test('too many files, too many bytes, too high a ratio', async () => {
    const archive = bytesInput('set.zip', zipSync({ a: new Uint8Array(1000), b: new Uint8Array(1000) }))
    for (const limits of [{ entries: 1 }, { total: 1999 }]) {
      await expect(openZip(archive, { limits })).rejects.toMatchObject({ code: 'invalid' })
      expect((await loadFiles([archive], { archive: limits })).problems).toMatchObject([{ name: 'set.zip', code: 'invalid' }]) // prettier-ignore
    }
    const bomb = bytesInput('bomb.zip', zipSync({ a: new Uint8Array(300 * 1024 * 1024) }, { level: 1 }))
    await expect(openZip(bomb, { limits: { ratio: 100 } })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('files that overlap', async () => {
    const zip = zipSync({ a: noise, b: noise }, { level: 0 })
    const second = (bytes: Buffer) => bytes.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 42
    await expect(openZip(bytesInput('set.zip', patched(zip, second, 0, 0, 0, 0)))).rejects.toMatchObject({ code: 'invalid' }) // prettier-ignore
  })
})

describe('what is damaged', () => {
  const directory = (bytes: Buffer) => bytes.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'))

  test.each([
    ['a bit of a stored file', 0, (bytes: Buffer) => bytes.indexOf(noise.subarray(500, 600))],
    ['a bit of a deflated file', 6, (bytes: Buffer) => Math.floor(bytes.length / 2)],
    ['the checksum', 6, (bytes: Buffer) => directory(bytes) + 16],
    ['the length', 6, (bytes: Buffer) => directory(bytes) + 24],
  ])('%s: integrity when it is read', async (_, level, at) => {
    const zip = zipSync({ a: noise }, { level: level as 0 | 6 })
    const flipped = patched(zip, at, (zip[at(Buffer.from(zip))] ?? 0) ^ 1)
    const { inputs } = await openZip(bytesInput('set.zip', flipped))
    await expect(read(inputs[0])).rejects.toMatchObject({ code: expect.stringMatching(/^(?:integrity|invalid)$/u) })
  })

  test('cut off: a problem of the archive alone', async () => {
    const zip = zipSync({ a: noise })
    const loaded = await loadFiles([bytesInput('set.zip', zip.subarray(0, -100)), bytesInput('a.stl', asciiStl)])
    expect(loaded.problems).toMatchObject([{ name: 'set.zip', code: 'invalid' }])
    expect(loaded.geometries).toHaveLength(1)
  })
})

test('opening reads the directory, not the archive', async () => {
  const archive = await zipOf('a.bin', new Uint8Array(8_000_000), { level: 0 })
  let bytes = 0
  const counted: FileInput = {
    ...archive,
    read: async (range, call) => {
      bytes += (range?.end ?? archive.size) - (range?.start ?? 0)
      return await archive.read(range, call)
    },
  }
  await openZip(counted)
  expect(bytes).toBeLessThan(200_000)
})
