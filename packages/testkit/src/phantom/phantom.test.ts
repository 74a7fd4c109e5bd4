import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { geometryOf, inMillimetres, planeOrigin, sliceOrigin } from './geometry.ts'
import { phantom, type PhantomFile, type PhantomOptions } from './phantom.ts'
import type { TransferSyntaxName } from './transfer-syntax.ts'
import { writePhantom } from './write-phantom.ts'

async function filesOf(options: PhantomOptions): Promise<PhantomFile[]> {
  const files: PhantomFile[] = []
  for await (const file of phantom(options)) files.push(file)
  return files
}

async function digestOf(options: PhantomOptions): Promise<string> {
  const hash = createHash('sha256')
  for (const { path, bytes } of await filesOf(options)) hash.update(path).update(bytes)
  return hash.digest('hex')
}

/** Native pixel data ends the file. */
function pixelsOf({ bytes }: PhantomFile, size: number): Int16Array {
  return new Int16Array(Uint8Array.from(bytes.subarray(bytes.length - size * size * 2)).buffer)
}

const small = { size: 64, slices: 4 }

describe('phantom', () => {
  const digests: { readonly [syntax in TransferSyntaxName]: string } = {
    explicit: '1cab6d2329697afb622b30d61fad0eb75fd374a5c4510faad3b10a70cde55b4a',
    implicit: 'e6f516877788013937f805a83ea4f5a437dc0245b7e97b4d90d64e5d93eac317',
    'big-endian': 'c3b67403697f975915583eb095aa80db13f3b487d40eb9e023944419cd414623',
    deflated: '627d992b74253c0ac89ece9c79d38839c4f3c75f3d38cc93d96a871fe2cf2d75',
    rle: '479471866a42d364fc92e8885caa29ac1a98a473cff79b7c1f727751277f7fda',
  }
  test.each(Object.entries(digests) as [TransferSyntaxName, string][])(
    '%s: the same bytes everywhere',
    async (syntax, digest) => {
      expect(await digestOf({ ...small, syntax })).toBe(digest)
    },
  )

  test('another seed gives other bytes', async () => {
    expect(await digestOf({ ...small, seed: 2 })).not.toBe(await digestOf(small))
  })

  test('identifiers are unique where they must be and shared where they should be', async () => {
    const files = await filesOf({ size: 16, slices: 3, series: 2, studies: 2 })
    expect(files).toHaveLength(12)
    const distinct = (of: (file: PhantomFile) => string): number => new Set(files.map(of)).size
    expect(distinct((file) => file.path)).toBe(12)
    expect(distinct((file) => file.image.sopInstanceUID)).toBe(12)
    expect(distinct((file) => file.image.seriesInstanceUID)).toBe(4)
    expect(distinct((file) => file.image.studyInstanceUID)).toBe(2)
    for (const { image } of files) expect(image.sopInstanceUID).toMatch(/^2\.25\.[1-9]\d{20,38}$/)
    expect(files[0]?.path).toBe('study-1/series-1/00001.dcm')
    expect(files[11]?.path).toBe('study-2/series-2/00003.dcm')
  })

  test('the body is where it should be, in Hounsfield units', async () => {
    const size = 200 // 2 mm a pixel
    const [file] = await filesOf({ size, slices: 1, noise: 0 })
    const pixels = pixelsOf(file as PhantomFile, size)
    const at = (x: number, y: number): number => (pixels[(100 + y / 2) * size + 100 + x / 2] as number) - 1024
    expect(at(-198, -198)).toBe(-1024) // not seen by the scanner
    expect(at(0, -150)).toBe(-1000) // air before the chest
    expect(at(0, -126)).toBe(40) // skin
    expect(at(0, -120)).toBe(-100) // fat
    expect(at(-90, 40)).toBe(-860) // lung
    expect(at(0, 70)).toBe(260) // vertebra
    expect(at(22, 46)).toBe(170) // aorta
  })

  test('noise keeps within its bounds and about zero', async () => {
    const [noisy] = await filesOf({ size: 128, slices: 1, noise: 40 })
    const [plain] = await filesOf({ size: 128, slices: 1, noise: 0 })
    const quiet = pixelsOf(plain as PhantomFile, 128)
    const differences = [...pixelsOf(noisy as PhantomFile, 128)].map((value, index) => value - (quiet[index] as number))
    expect(Math.max(...differences.map(Math.abs))).toBeLessThanOrEqual(40)
    expect(new Set(differences).size).toBeGreaterThan(60)
    expect(Math.abs(differences.reduce((sum, value) => sum + value, 0) / differences.length)).toBeLessThan(1)
  })

  test.each([
    [{ size: 0 }],
    [{ size: 65_536 }],
    [{ slices: 1.5 }],
    [{ noise: -1 }],
    [{ syntax: 'jpeg' as TransferSyntaxName }],
  ])('refuses %o', async (options) => {
    await expect(filesOf(options)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('geometry', () => {
  test.each([1, 2, 3, 7, 100, 300, 511, 512, 65_535])('of %i pixels and slices is centred and fits DS', (count) => {
    const geometry = geometryOf(count, count)
    expect(sliceOrigin(geometry, 0)).toBeCloseTo(-sliceOrigin(geometry, count - 1), 9)
    const lengths = [geometry.pixelSpacing, geometry.sliceSpacing, planeOrigin(geometry), sliceOrigin(geometry, 0)]
    for (const length of lengths) {
      expect(inMillimetres(length)).toMatch(/^(?=.{1,16}$)-?\d+(\.\d*[1-9])?$/)
      expect(Math.round(Number(inMillimetres(length)) * 1e6)).toBe(length)
    }
  })
})

describe('writePhantom', () => {
  let folder = ''
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('writes what phantom makes', async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-phantom-'))
    const written = await writePhantom(join(folder, 'new'), small)
    const made = await filesOf(small)
    expect(written).toStrictEqual(made.map(({ path, bytes, image }) => ({ path, size: bytes.length, image })))
    for (const { path, bytes } of made) {
      expect(Buffer.compare(await readFile(join(folder, 'new', path)), bytes)).toBe(0)
    }
  })
})
