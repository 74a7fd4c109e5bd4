import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDicom } from './dicom-writer.ts'
import { encodeRle } from './rle.ts'
import { type TransferSyntaxName, transferSyntaxes } from './transfer-syntax.ts'
import { writePhantom, type WrittenPhantomFile } from './write-phantom.ts'

const installed = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined
const withoutDcmtk = !installed('dcmdump')
const withoutDciodvfy = spawnSync('dciodvfy', ['-version']).error !== undefined

function run(tool: string, ...parameters: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(tool, parameters, { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

const size = 96
const syntaxes = Object.keys(transferSyntaxes) as TransferSyntaxName[]

const pixelsOf = async (file: string): Promise<Buffer> => (await readFile(file)).subarray(-size * size * 2)

describe('DCMTK and dicom3tools', () => {
  let folder = ''
  const files = new Map<string, readonly WrittenPhantomFile[]>()
  const pathsOf = (syntax: string): string[] => (files.get(syntax) ?? []).map(({ path }) => join(folder, syntax, path))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-phantom-'))
    for (const syntax of syntaxes) {
      files.set(syntax, await writePhantom(join(folder, syntax), { size, slices: 5, series: 2, syntax }))
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.skipIf(withoutDcmtk).each(syntaxes)('dcmdump and dcmftest accept every file: %s', (syntax) => {
    expect(pathsOf(syntax)).toHaveLength(10)
    for (const [index, file] of pathsOf(syntax).entries()) {
      const { code, out, err } = run('dcmdump', '+uc', '-Un', file)
      expect({ code, err }).toStrictEqual({ code: 0, err: '' })
      expect(out).not.toContain('Unknown Tag')
      expect(out).toContain(`(0002,0010) UI [${transferSyntaxes[syntax]}]`)
      expect(out).toContain(`(0008,0018) UI [${files.get(syntax)?.[index]?.image.sopInstanceUID}]`)
      expect(run('dcmftest', file).code).toBe(0)
    }
  })

  // Debian's dciodvfy is built without zlib: it reads no deflated file, DCMTK's own included.
  const readable = syntaxes.filter((syntax) => syntax !== 'deflated')
  test.skipIf(withoutDciodvfy).each(readable)('dciodvfy finds nothing amiss: %s', (syntax) => {
    for (const file of pathsOf(syntax)) {
      const { code, out, err } = run('dciodvfy', file)
      expect({ code, said: `${out}${err}`.trim() }).toStrictEqual({ code: 0, said: 'CTImage' })
    }
  })

  test.skipIf(withoutDcmtk).each([
    ['rle', 'dcmdrle'],
    ['deflated', 'dcmconv'],
    ['big-endian', 'dcmconv'],
    ['implicit', 'dcmconv'],
  ])('%s, decoded by %s, has the native pixels', async (syntax, tool) => {
    const native = pathsOf('explicit')
    for (const [index, file] of pathsOf(syntax).entries()) {
      const decoded = join(folder, 'decoded.dcm')
      expect(run(tool, '+te', file, decoded)).toMatchObject({ code: 0, err: '' })
      expect(Buffer.compare(await pixelsOf(decoded), await pixelsOf(native[index] as string))).toBe(0)
    }
  })

  test.skipIf(withoutDcmtk)('dcmdrle decodes a colour image in several fragments', async () => {
    const pixels = Uint8Array.from({ length: 30 * 20 * 3 }, (_, index) => (index * index) >> 7)
    const frame = encodeRle(pixels, { rows: 20, columns: 30, samplesPerPixel: 3, bytesPerSample: 1 })
    const file = join(folder, 'colour.dcm')
    const colour = writeDicom({
      syntax: 'rle',
      dataSet: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
        [0x00080018, 'UI', '2.25.1'],
        [0x00280002, 'US', 3],
        [0x00280004, 'CS', 'RGB'],
        [0x00280006, 'US', 0],
        [0x00280010, 'US', 20],
        [0x00280011, 'US', 30],
        [0x00280100, 'US', 8],
        [0x00280101, 'US', 8],
        [0x00280102, 'US', 7],
        [0x00280103, 'US', 0],
        [0x7fe00010, 'OB', { fragments: [frame], offsetTable: 'fragments' }],
      ],
    })
    await writeFile(file, colour)
    expect(run('dcmdrle', file, file)).toMatchObject({ code: 0, err: '' })
    expect(Buffer.compare((await readFile(file)).subarray(-pixels.length), pixels)).toBe(0)
  })

  test.skipIf(withoutDcmtk)('dcmdump reads nested sequences of every length encoding alike', async () => {
    const dumps: string[] = []
    for (const syntax of ['explicit', 'implicit', 'big-endian', 'deflated']) {
      for (const lengths of [0, 1, 2, 3]) {
        const how = { undefinedLength: lengths > 1, undefinedItemLength: lengths % 2 === 1 }
        const inner = { items: [[[0x00080100, 'SH', 'T1']], []], ...how } as const
        const file = join(folder, 'sequence.dcm')
        const dataSet = [
          [
            0x00081140,
            'SQ',
            {
              items: [
                [
                  [0x00081155, 'UI', '1.2'],
                  [0x0040a170, 'SQ', inner],
                ],
              ],
              ...how,
            },
          ],
        ] as const
        await writeFile(file, writeDicom({ syntax, dataSet }))
        const { code, out, err } = run('dcmdump', '-Un', '+L', file)
        expect({ code, err }).toStrictEqual({ code: 0, err: '' })
        const values = out.split('\n').filter((line) => /^ *\((0008|0040|fffe,e000)/.test(line))
        dumps.push(values.map((line) => line.replace(/#.*|\(Sequence with .*|\(Item with .*/, '').trimEnd()).join('\n'))
      }
    }
    expect(dumps).toHaveLength(16)
    expect(new Set(dumps).size).toBe(1)
    expect(dumps[0]).toContain('(0008,0100) SH [T1]')
  })
})
