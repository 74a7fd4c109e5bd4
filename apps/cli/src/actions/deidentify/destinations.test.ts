import { parseHeader } from '@gantry/dicom'
import { type DataSet, phantom, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

const env = {
  GANTRY_DEIDENTIFY_KEY: 'a secret of the project, long enough',
  GANTRY_PASSPHRASE: 'correct horse battery',
}
const sources: string[] = []

/** Two series of a patient whose name is in paths and headers. */
async function fill(bench: Workbench): Promise<void> {
  for await (const { path, image } of phantom({ size: 16, slices: 3, series: 2 })) {
    sources.push(image.studyInstanceUID, image.seriesInstanceUID, image.sopInstanceUID)
    const dataSet: DataSet = [
      [0x00080016, 'UI', image.sopClassUID],
      [0x00080018, 'UI', image.sopInstanceUID],
      [0x00080020, 'DA', '20240110'],
      [0x00080060, 'CS', 'CT'],
      [0x00100010, 'PN', 'MARKER^JANE'],
      [0x00100020, 'LO', 'MARKER-4711'],
      [0x0020000d, 'UI', image.studyInstanceUID],
      [0x0020000e, 'UI', image.seriesInstanceUID],
      [0x00280010, 'US', [8]],
      [0x00280011, 'US', [8]],
      [0x00280100, 'US', [16]],
      [0x7fe00010, 'OW', new Uint8Array(128)],
    ]
    await bench.write(`src/MARKER^JANE/${path}`, writeDicom({ dataSet }))
  }
}

/** What was copied there and back has another name, and is what a folder gets. */
async function expectUnnamed(bench: Workbench, place: string): Promise<void> {
  await fill(bench)
  const there = await bench.gantry(['copy', 'src', place, '--deidentify'], { env })
  expect({ code: there.code, stderr: there.stderr.replaceAll(/^.*%.*$/gmu, '') }).toMatchObject({ code: 0 })
  expect(there.stdout).toMatch(/^Copied 6 entries/u)
  expect(there.stdout + there.stderr).not.toContain('MARKER')
  expect((await bench.gantry(['copy', place, 'back'], { env })).code).toBe(0)
  expect((await bench.gantry(['copy', 'src', 'folder', '--deidentify'], { env })).code).toBe(0)
  const contents = async (folder: string) => {
    const files = await Promise.all(
      (await bench.files(folder)).map(async (path) => await bench.read(`${folder}/${path}`)),
    )
    return files.toSorted((a, b) => (a < b ? -1 : 1))
  }
  const back = await contents('back')
  expect(back).toHaveLength(6)
  expect(back).toEqual(await contents('folder'))
  for (const file of back) {
    expect(file).not.toContain('MARKER')
    expect(parseHeader(Buffer.from(file, 'latin1')).identifiers.studyInstanceUID).toMatch(/^2\.25\./u)
  }
}

/** Names of the source, in paths or bytes of a folder. */
async function named(bench: Workbench, folder: string): Promise<string[]> {
  const known = ['MARKER', ...sources]
  const found: string[] = []
  for (const path of await bench.files(folder)) {
    const text = `${path} ${await bench.read(`${folder}/${path}`)}`
    if (known.some((name) => text.includes(name))) found.push(path)
  }
  return found
}

describe('copy --deidentify', { timeout: 120_000 }, () => {
  test('into a tree of cloud optimized DICOM', async () => {
    await using bench = await Workbench.make()
    await expectUnnamed(bench, `cod+file://${bench.path('tree')}`)
    expect((await bench.files('tree')).filter((path) => path.endsWith('.tar'))).toHaveLength(2)
    expect(await named(bench, 'tree')).toEqual([])
    expect(await bench.gantry(['cod', 'check', 'tree'])).toMatchObject({ code: 0 })
  })

  test('into an archive of CARs', async () => {
    await using bench = await Workbench.make()
    await expectUnnamed(bench, `car+file://${bench.path('archive')}`)
    expect(await named(bench, 'archive')).toEqual([])
  })

  test('to a DICOMweb service', async () => {
    await using bench = await Workbench.make()
    await bench.write('stored/.keep', '')
    let failed: unknown
    let isBegun = false
    const serving = await bench.gantry(['serve', 'stored', '--stow', '--port', '0', '--quiet'], {
      watch(text, interrupt) {
        const root = /DICOMweb (http\S+)/u.exec(text)?.[1]
        if (isBegun || root === undefined) return
        isBegun = true
        void expectUnnamed(bench, root.replace('http:', 'dicomweb+http:'))
          .catch((error: unknown) => (failed = error))
          .then(() => interrupt('signal'))
      },
    })
    if (failed !== undefined) throw failed as Error
    expect(serving.code).toBe(0)
    expect(await named(bench, 'stored')).toEqual([])
  })
})
