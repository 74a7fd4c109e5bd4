import { bytesOf, type DicomJson, type Query, Store, toCall } from '@gantry/core'
import { memory } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { cod } from '../index.ts'
import { fixtureStore, noFixtures, ultrasound } from '../testing/fixtures.ts'
import { type ImageFile, imageFile, storeAll } from '../testing/store-all.ts'

async function searched(store: Store, query: Query): Promise<DicomJson[]> {
  const found: DicomJson[] = []
  for await (const match of cod(store).query?.search(query, toCall()) ?? []) found.push(match)
  return found
}

/** Two studies of two series of three instances. */
async function twoStudies() {
  const given = new Store(memory())
  const bySeries = new Map<string, ImageFile[]>()
  const studies = new Set<string>()
  for await (const { bytes, image } of phantom({ size: 8, slices: 3, series: 2, studies: 2 })) {
    const files = bySeries.get(image.seriesInstanceUID) ?? []
    bySeries.set(image.seriesInstanceUID, [...files, await imageFile(bytes)])
    studies.add(image.studyInstanceUID)
  }
  for (const files of bySeries.values()) await storeAll(cod(given), files)
  const [study = '', other = ''] = studies
  return { given, study, other, series: [...bySeries.keys()] }
}

const valueOf = (dataSet: DicomJson | undefined, tag: string) => dataSet?.[tag]?.Value?.[0]

describe('search', () => {
  test('of studies: each once, with what was counted', async () => {
    const { given, study, other } = await twoStudies()
    const found = await searched(given, { level: 'study' })
    expect(found.map((match) => valueOf(match, '0020000D'))).toEqual([study, other].toSorted())
    expect(found[0]).toMatchObject({
      '00080061': { vr: 'CS', Value: ['CT'] },
      '00201206': { vr: 'IS', Value: [2] },
      '00201208': { vr: 'IS', Value: [6] },
    })
    expect(Object.keys(found[0] ?? {}).some((tag) => tag.startsWith('0002') || tag === '7FE00010')).toBe(false)
  })

  test('knows a series that cannot be read by its folders, so that who moves study by study comes to it', async () => {
    const { given, study, other, series } = await twoStudies()
    for (const uid of series.slice(0, 3)) {
      for (const of of [study, other]) {
        const path = `studies/${of}/series/${uid}/metadata.json`
        if ((await given.find(path)) !== undefined)
          await given.write({ path, size: 6 }, bytesOf(new TextEncoder().encode('{"half')))
      }
    }
    const found = await searched(given, { level: 'study' })
    expect(found.map((match) => valueOf(match, '0020000D'))).toEqual([study, other].toSorted())
    const half = found.find((match) => valueOf(match, '0020000D') === other)
    expect(half).toMatchObject({ '00080061': { Value: ['CT'] }, '00201206': { Value: [2] }, '00100020': {} })
    expect(await searched(given, { level: 'series' })).toHaveLength(4)
    expect(
      await searched(given, { level: 'study', match: { PatientID: valueOf(half, '00100020') as string } }),
    ).toEqual([half])
    expect(await searched(given, { level: 'instance' })).toHaveLength(3)
    const told: string[] = []
    const skipping = cod(given, { onTrouble: ({ kind }) => told.push(kind), skipUnreadable: true })
    const left: DicomJson[] = []
    for await (const match of skipping.query?.search({ level: 'series' }, toCall()) ?? []) left.push(match)
    expect([left.length, told]).toEqual([1, ['damaged-metadata', 'damaged-metadata', 'damaged-metadata']])
  })

  test('of series and instances, within what is named', async () => {
    const { given, study, series } = await twoStudies()
    expect(await searched(given, { level: 'series', study })).toHaveLength(2)
    expect(await searched(given, { level: 'series' })).toHaveLength(4)
    expect(await searched(given, { level: 'instance', study, series: series[0] ?? '' })).toHaveLength(3)
    expect(await searched(given, { level: 'instance', limit: 5 })).toHaveLength(5)
    expect(await searched(given, { level: 'study', study: '1.2.3.4' })).toEqual([])
  })

  test('by attributes, with wildcards and lists', async () => {
    const { given, study, other } = await twoStudies()
    const [first] = await searched(given, { level: 'study', study })
    const id = valueOf(first, '00100020') as string
    const byId = await searched(given, { level: 'study', match: { PatientID: id } })
    expect(byId.map((match) => valueOf(match, '0020000D'))).toEqual([study])
    expect(await searched(given, { level: 'study', match: { PatientID: `${id.slice(0, 2)}*` } })).not.toHaveLength(0)
    expect(await searched(given, { level: 'study', match: { StudyInstanceUID: `${study},${other}` } })).toHaveLength(2)
    expect(await searched(given, { level: 'series', match: { Modality: 'MR' } })).toEqual([])
    await expect(searched(given, { level: 'study', match: { NoSuchThing: '1' } })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('tells more where that is asked for', async () => {
    const { given, study } = await twoStudies()
    const [short] = await searched(given, { level: 'instance', study, limit: 1 })
    expect(short?.['00280030']).toBeUndefined()
    const [more] = await searched(given, { level: 'instance', study, limit: 1, include: ['PixelSpacing'] })
    expect(more?.['00280030']).toBeDefined()
    const [all] = await searched(given, { level: 'instance', study, limit: 1, include: 'all' })
    expect(Object.keys(all ?? {}).length).toBeGreaterThan(Object.keys(more ?? {}).length)
    expect(all?.['7FE00010']).toBeUndefined()
  })

  test.skipIf(noFixtures).for([
    ['v1.0', 10],
    ['v2.0', 11],
  ] as const)('what others wrote, %s', async ([version, count]) => {
    const { store } = await fixtureStore(version)
    expect(await searched(store, { level: 'instance', match: { Modality: 'US' } })).toHaveLength(count)
    expect(await searched(store, { level: 'series', study: ultrasound.study })).toHaveLength(1)
  })
})
