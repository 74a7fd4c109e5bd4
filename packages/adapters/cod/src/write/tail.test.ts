import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { repairCod } from '../index.ts'
import { pathsOf } from '../series/series-name.ts'
import { type ImageFile, imageFile, Killed, storeAll } from '../testing/store-all.ts'
import { metadataOf, nameOf, open } from '../testing/stored.ts'

const study = '1.2.826.0.1.3680043.10.1'
const text = 'what comes last'
const mebibyte = 1024 * 1024

async function imageWith(trailing: DataSet, pixels: DataSet[number][2], instance = 3): Promise<ImageFile> {
  const dataSet: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
    [0x00080018, 'UI', `${study}.${instance}`],
    [0x0020000d, 'UI', study],
    [0x0020000e, 'UI', `${study}.2`],
    [0x00280010, 'US', 64],
    [0x00280011, 'US', 64],
    [0x00280100, 'US', 8],
    [0x7fe00010, 'OB', pixels],
    ...trailing,
  ]
  return await imageFile(writeDicom({ dataSet, syntax: pixels instanceof Uint8Array ? 'explicit' : 'rle' }))
}

const padding: DataSet = [
  [0x7fe10010, 'LO', text],
  [0x7fe11010, 'OB', new Uint8Array(2000)],
]

async function recordedOf(given: ReturnType<typeof open>['given'], file: ImageFile) {
  const { cod } = await metadataOf(given.store, nameOf([file]))
  return Object.values(cod.instances).map(({ metadata }) => metadata as unknown as Record<string, unknown>)
}

test.for([
  ['native', new Uint8Array(4096).fill(7)],
  ['encapsulated', { fragments: [new Uint8Array(700).fill(7), new Uint8Array(90)] }],
] as const)('what comes behind %s pixel data is recorded', async ([, pixels]) => {
  const { driver, given } = open()
  const file = await imageWith(padding, pixels)
  await storeAll(driver, [file])
  const [recorded = {}] = await recordedOf(given, file)
  expect(recorded['7FE10010']).toEqual({ vr: 'LO', Value: [text] })
  expect(recorded['7FE11010']).toMatchObject({ vr: 'OB', BulkDataURI: { head: '\0'.repeat(512) } })
  expect(recorded['7FE00010']).toMatchObject({ vr: 'OB', BulkDataURI: expect.anything() })

  await given.store.remove(pathsOf(nameOf([file])).metadata)
  await repairCod(given.store, nameOf([file]))
  const [repaired = {}] = await recordedOf(given, file)
  expect(repaired['7FE10010']).toEqual(recorded['7FE10010'])
})

test('what is longer than a mebibyte is not recorded, nor what is no data set', async () => {
  const { driver, given } = open()
  const long = await imageWith([...padding, [0x7fe11011, 'OB', new Uint8Array(mebibyte)]], new Uint8Array(4096))
  await storeAll(driver, [long])
  const [recorded = {}] = await recordedOf(given, long)
  expect(Object.keys(recorded).filter((tag) => tag > '7FE00010')).toEqual([])

  const other = open()
  const { bytes } = await imageWith([], new Uint8Array(4096))
  const rubbish = await imageFile(Buffer.concat([bytes, Buffer.alloc(100, 0xab)]))
  await storeAll(other.driver, [rubbish])
  const [kept = {}] = await recordedOf(other.given, rubbish)
  expect(Object.keys(kept).filter((tag) => tag > '7FE00010')).toEqual([])
})

test('another process that goes on records it too', async () => {
  const { driver, given } = open({ tarPartSize: mebibyte })
  const pixels = { fragments: [new Uint8Array(600_000)] }
  const files = await Promise.all([1, 2, 3, 4].map(async (number) => await imageWith(padding, pixels, number)))
  let saved = ''
  const killed = storeAll(driver, files, {
    save: async (state) => void (saved = state),
    before: (index) => {
      if (index === 3) throw new Killed()
    },
  })
  await expect(killed).rejects.toBeInstanceOf(Killed)
  const added: number[] = []
  await storeAll(driver, files, { saved, before: (index) => added.push(index) })
  expect(added.length).toBeLessThan(4)
  const recorded = await recordedOf(given, files[0] as ImageFile)
  expect(recorded.map((one) => one['7FE10010'])).toEqual(files.map(() => ({ vr: 'LO', Value: [text] })))
})
