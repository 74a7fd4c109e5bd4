import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { repairCod } from '../index.ts'
import { pathsOf } from '../series/series-name.ts'
import { type ImageFile, imageFile, Killed, storeAll } from '../testing/store-all.ts'
import { expectStored, metadataOf, nameOf, open, pathsIn, series } from '../testing/stored.ts'

const mebibyte = 1024 * 1024
const study = '1.2.826.0.1.3680043.10.7'
/** Longer than what is held of a header. */
const long = new Uint8Array(66 * mebibyte).fill(0x41)

function dataSet(before: DataSet, behind: DataSet): DataSet {
  return [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.104.1'],
    [0x00080018, 'UI', `${study}.2.1`],
    [0x00080060, 'CS', 'DOC'],
    ...before,
    [0x0020000d, 'UI', study],
    [0x0020000e, 'UI', `${study}.2`],
    ...behind,
  ]
}

const cases: readonly [string, DataSet, string][] = [
  ['a document', dataSet([], [[0x00420011, 'OB', long]]), '00420011'],
  [
    'a long private value before its UIDs',
    dataSet(
      [
        [0x00090010, 'LO', 'NOBODY'],
        [0x00091001, 'OB', long],
      ],
      [
        [0x00280010, 'US', 8],
        [0x00280011, 'US', 8],
        [0x00280100, 'US', 8],
        [0x7fe00010, 'OB', new Uint8Array(64).fill(7)],
      ],
    ),
    '00091001',
  ],
]

async function recordOf(given: ReturnType<typeof open>['given'], file: ImageFile): Promise<unknown> {
  const { cod } = await metadataOf(given.store, nameOf([file]))
  return Object.values(cod.instances)[0]?.['metadata']
}

test.for(cases)('an image with %s is stored, and its record tells where that is', async ([, whole, tag]) => {
  const { driver, given } = open()
  const file = await imageFile(writeDicom({ dataSet: whole }))
  expect(await storeAll(driver, [file])).toMatchObject([{ entry: { size: file.bytes.length } }])
  await expectStored(driver, [file])
  const { tar, index, metadata } = pathsOf(nameOf([file]))
  expect(await pathsIn(given.store)).toEqual([tar, index, metadata].toSorted())
  const record = await recordOf(given, file)
  expect(record).toMatchObject({ [tag]: { vr: 'OB', BulkDataURI: { head: 'A'.repeat(512) } } })

  expect(await storeAll(driver, [file])).toMatchObject([{ entry: { size: file.bytes.length } }])
  expect(await pathsIn(given.store)).toEqual([tar, index, metadata].toSorted())

  await given.store.remove(metadata)
  await repairCod(given.store, nameOf([file]), { uri: 'gs://bucket/v1.0/dicomweb' })
  expect(await recordOf(given, file)).toEqual(record)
})

test('one that was in the tar when its process was killed is recorded the same', async () => {
  const [[, whole]] = cases as [(typeof cases)[0]]
  const file = await imageFile(writeDicom({ dataSet: whole }))
  const second = await imageFile(
    writeDicom({
      dataSet: whole.flatMap((element): DataSet => {
        if (element[0] === 0x00420011) return []
        return [element[0] === 0x00080018 ? [0x00080018, 'UI', `${study}.2.2`] : element]
      }),
    }),
  )
  const { driver, given } = open()
  let saved = ''
  const save = async (text: string) => {
    saved = text
  }
  const before = (index: number) => {
    if (index === 1) throw new Killed()
  }
  await expect(storeAll(driver, [file, second], { save, before, job: 'a' })).rejects.toThrow(Killed)
  await storeAll(driver, [file, second], { saved, job: 'a' })
  await expectStored(driver, [file, second])
  const other = open()
  await storeAll(other.driver, [file, second])
  expect(await recordOf(given, file)).toEqual(await recordOf(other.given, file))
})

test('one that is another than its path says leaves nothing, and the others are stored', async () => {
  const { driver, given } = open()
  const files = await series({ slices: 2 })
  const [[, whole]] = cases as [(typeof cases)[0]]
  const path = files[0]?.path.replace(/[^/]+$/u, '1.2.3.4.5.6.7.8.dcm') ?? ''
  const outcomes = await storeAll(driver, [{ path, bytes: writeDicom({ dataSet: whole }) }, ...files])
  expect(outcomes.filter((outcome) => 'error' in outcome)).toMatchObject([{ path, error: { code: 'invalid' } }])
  await expectStored(driver, files)
  expect(await pathsIn(given.store)).toHaveLength(3)
})
