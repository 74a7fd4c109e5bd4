import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { cod } from '../index.ts'
import { fixtureStore, nativeFrames, noFixtures, samples, ultrasound } from '../testing/fixtures.ts'
import { type ImageFile, imageFile, storeAll } from '../testing/store-all.ts'
import { contentOf, metadataOf, nameOf, open } from '../testing/stored.ts'

describe.skipIf(noFixtures)('what others wrote', () => {
  test.for(['v1.0', 'v2.0'] as const)('%s is added to', async (version) => {
    const given = await fixtureStore(version)
    const driver = cod(given.store)
    const document = await metadataOf(given.store, ultrasound)
    const [key = ''] = Object.keys(document.cod.instances)
    const path = `studies/${ultrasound.study}/series/${ultrasound.series}/instances/${key}.dcm`
    const bytes = await contentOf(new Store(driver), path)
    // The same image under another UID of the same length.
    const other = `${key.slice(0, -1)}${key.endsWith('1') ? '2' : '1'}`
    for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at)) bytes.write(other, at)
    await storeAll(driver, [await imageFile(bytes)])
    const after = await metadataOf(given.store, ultrasound)
    expect(Object.keys(after.cod.instances)).toHaveLength(11)
    expect(after.cod.instances[key]).toEqual(document.cod.instances[key])
    expect(after['fixture_note']).toEqual(document['fixture_note'])
    expect(await contentOf(new Store(driver), path.replace(key, other))).toEqual(bytes)
  })

  test('the record is what Python records', async () => {
    const given = await fixtureStore('v1.0')
    const { driver, given: ours } = open()
    for (const name of [ultrasound, nativeFrames]) {
      const document = await metadataOf(given.store, name)
      const files = await Promise.all(
        Object.keys(document.cod.instances).map(async (key) => {
          const path = `studies/${name.study}/series/${name.series}/instances/${key}.dcm`
          return { path, bytes: await contentOf(new Store(cod(given.store)), path) }
        }),
      )
      await storeAll(driver, files)
      const written = await metadataOf(ours.store, name)
      for (const [key, record] of Object.entries(document.cod.instances)) {
        const {
          uri: _u,
          original_path: _o,
          dependencies: _d,
          modified_datetime: _m,
          offset_tables: _t,
          metadata,
          ...rest
        } = record
        expect(written.cod.instances[key]).toMatchObject(rest)
        const theirs = JSON.parse(
          JSON.stringify(metadata).replaceAll('gs://cod-fixtures/v1.0/dicomweb', 'gs://bucket/v1.0/dicomweb'),
        )
        expect(written.cod.instances[key]?.['metadata']).toEqual(theirs)
      }
    }
  })

  test('offset tables are theirs, and without the fault', async () => {
    const { driver, given } = open()
    const files = await Promise.all(
      ['multiframe.dcm', 'small_multiframe.dcm'].map(
        async (file) => await imageFile(readFileSync(join(samples, 'test_data_history', file))),
      ),
    )
    for (const file of files) await storeAll(driver, [file])
    const [first] = Object.values((await metadataOf(given.store, nameOf(files))).cod.instances)
    expect(first?.['offset_tables']).toMatchObject({
      CustomOffsetTable: expect.arrayContaining([4326, 6136, 7946]),
      CustomOffsetTableLengths: expect.arrayContaining([1802]),
    })
    const { bytes } = files[0] as ImageFile
    const tables = first?.['offset_tables'] as unknown as {
      CustomOffsetTable: number[]
      CustomOffsetTableLengths: number[]
    }
    expect(tables.CustomOffsetTable).toHaveLength(38)
    for (const start of tables.CustomOffsetTable) {
      expect(Buffer.from(bytes.subarray(start, start + 8)).toString('hex')).toBe('0000000c6a502020')
    }
    const [second] = Object.values((await metadataOf(given.store, nameOf(files.slice(1)))).cod.instances)
    expect(second?.['offset_tables']).toMatchObject({ CustomOffsetTable: { length: 17 } })
  })
})
