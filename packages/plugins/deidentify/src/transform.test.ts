import { bytesOf, Store } from '@gantry/core'
import { attributesOf, entrySource, hierarchicalLayout, parseHeader, readImage, templateLayout } from '@gantry/dicom'
import { memory } from '@gantry/memory'
import { type DataSet, phantom, writeDicom } from '@gantry/testkit/phantom'
import { createJobSpec, type Identify, type JobOptions, memoryJournal, openJob } from '@gantry/transfer'
import { describe, expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import type { DeidentifierOptions } from './deidentifier-options.ts'
import type { DeidentificationReport } from './report/report.ts'
import { testKey } from './testing/run.ts'
import { deidentifying, transformKeywords } from './transform.ts'

function identify(keywords: readonly string[]): Identify {
  return async (store, entry) => {
    try {
      return await readImage(entrySource(store, entry), { keywords: [...keywords, ...transformKeywords] })
    } catch {
      return undefined
    }
  }
}

/** Copies files from one memory to another, and gives what arrived, by path. */
async function copied(
  files: ReadonlyMap<string, Uint8Array>,
  { layout, ...options }: Pick<JobOptions, 'layout'> & Partial<DeidentifierOptions> = {},
  keywords: readonly string[] = [],
) {
  const [from, to] = [new Store(memory()), new Store(memory())]
  for (const [path, bytes] of files) await from.write({ path, size: bytes.length, modified: 1e12 }, bytesOf(bytes))
  const deidentifier = createDeidentifier({ key: testKey, ...options })
  const reports = new Map<string, DeidentificationReport>()
  const transform = deidentifying(deidentifier, { onReport: ({ path }, report) => void reports.set(path, report) })
  const journal = memoryJournal(
    createJobSpec({ from: 'memory:a', to: 'memory:b', transforms: [transform.name], verify: true }),
  )
  const job = await openJob({
    from,
    to,
    journal,
    identify: identify(keywords),
    transforms: [transform],
    ...(layout && { layout }),
  })
  const result = await job.run()
  const arrived = new Map<string, Uint8Array>()
  const times: (number | undefined)[] = []
  for await (const { path, modified } of to.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of (await to.read(path)).body) chunks.push(new Uint8Array(chunk))
    arrived.set(path, Buffer.concat(chunks))
    times.push(modified)
  }
  await journal.close()
  return { result, arrived, reports, times, name: transform.name }
}

async function study(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path, bytes } of phantom({ size: 32, slices: 3, series: 2 })) files.set(`Doe^Jane/${path}`, bytes)
  return files
}

describe('a copy that de-identifies', () => {
  test('has paths of what arrives, and proves what arrived', async () => {
    const files = await study()
    const { result, arrived, reports, times } = await copied(files)
    expect(result).toMatchObject({ phase: 'completed', unverified: 0, progress: { done: { entries: 6 } } })
    expect(arrived.size).toBe(6)
    for (const [path, bytes] of arrived) {
      const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = parseHeader(bytes).identifiers
      expect(path).toBe(`${studyInstanceUID}/${seriesInstanceUID}/${sopInstanceUID}.dcm`)
    }
    expect([...reports.keys()].toSorted()).toEqual([...files.keys()].toSorted())
    expect([...reports.values()].map(({ sopInstanceUID }) => sopInstanceUID).toSorted()).toEqual(
      [...arrived.keys()].map((path) => String(path.split('/')[2]).replace('.dcm', '')).toSorted(),
    )
    // When the source was written is a date like any other.
    expect(times.includes(1e12)).toBe(false)
    expect(JSON.stringify([...reports.values()])).not.toMatch(/phantom/iu)
  })

  const layouts = [
    hierarchicalLayout,
    templateLayout('{PatientID}/{StudyDate}/{Modality}-{StudyDescription}-{BodyPartExamined}/{SOPInstanceUID}.dcm'),
  ]
  test.each(layouts)('goes by the de-identified header where a layout asks for more: %#', async (layout) => {
    const wanted = Object.assign((entry: Parameters<typeof layout>[0]) => layout(entry), { needsHeader: true })
    const options = { layout: wanted, retain: ['modified-dates'], clean: ['descriptors'] } as const
    const { arrived } = await copied(await study(), options, layout.keywords)
    expect(arrived.size).toBe(6)
    for (const [path, bytes] of arrived) {
      const { elements, identifiers } = parseHeader(bytes)
      const image = identifiers as Parameters<typeof layout>[0]['image']
      const entry = { path: 'x', ...(image !== undefined && { image }), attributes: attributesOf(elements) }
      expect(path).toBe(layout(entry))
    }
  })

  test('puts nothing into a path that is no value of its attribute, whatever the header has it for', async () => {
    const parts = ['CHEST', 'DOE^JANE', 'Knee of Jane']
    const files = new Map(
      parts.map((part, index) => {
        const dataSet: DataSet = [
          [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
          [0x00080018, 'UI', `1.2.3.${index + 1}`],
          [0x00180015, 'CS', part],
          [0x0020000d, 'UI', '1.2'],
          [0x0020000e, 'UI', '1.2.1'],
          [0x7fe00010, 'OW', new Uint8Array(64)],
        ]
        return [`${index}.dcm`, writeDicom({ dataSet })]
      }),
    )
    const layout = templateLayout('{BodyPartExamined}/{SOPInstanceUID}.dcm')
    const { arrived } = await copied(files, { layout }, layout.keywords)
    const folders = [...arrived.keys()].map((path) => path.split('/')[0] ?? '')
    expect(folders.toSorted()).toEqual(['CHEST', 'unknown', 'unknown'])
  })

  test('tells apart what wants one path, by no name of the source', async () => {
    const layout = Object.assign(() => 'image.dcm', {})
    const { arrived } = await copied(await study(), { layout })
    expect(arrived.size).toBe(6)
    for (const path of arrived.keys()) expect(path).toMatch(/^image(?:-[0-9a-f]{8})?\.dcm$/u)
  })

  test('gives nothing that is not de-identified', async () => {
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.3'],
      [0x0020000d, 'UI', '1.2'],
      [0x0020000e, 'UI', '1.2.1'],
      [0x7fe00010, 'OW', new Uint8Array(1000)],
    ]
    const cut = writeDicom({ dataSet }).subarray(0, -100)
    const files = new Map([
      ['report.txt', Buffer.from('Jane Doe')],
      ['DICOMDIR', writeDicom({ dataSet: [[0x00041220, 'SQ', { items: [] }]] })],
      ['cut.dcm', cut],
      ['whole.dcm', writeDicom({ dataSet })],
    ])
    const { result, arrived } = await copied(files)
    expect(result.progress).toMatchObject({ done: { entries: 1 }, failed: { entries: 3 } })
    expect(arrived.size).toBe(1)
  })

  test('is named by its key and options, so that another one cannot go on with it', async () => {
    const one = createDeidentifier({ key: testKey, retain: ['uids', 'device'] }).name
    expect(createDeidentifier({ key: testKey, retain: ['device', 'uids'] }).name).toBe(one)
    expect(createDeidentifier({ key: new Uint8Array(32), retain: ['device', 'uids'] }).name).not.toBe(one)
    expect(createDeidentifier({ key: testKey, retain: ['uids'] }).name).not.toBe(one)
    expect(one).toMatch(/^deidentify [0-9a-f]{12} retain-device retain-uids$/u)
  })
})
