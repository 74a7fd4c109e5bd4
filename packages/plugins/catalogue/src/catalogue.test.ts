import { statSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { openCatalogue } from './database/open-catalogue.ts'
import { all, receiptOf, temporaryCatalogue, temporaryFolder } from './testing/temporary-catalogue.ts'

const place = { location: 's3://archive', session: { name: 'monday' } }
const many = Array.from({ length: 1200 }, (_, index) => receiptOf(index))

describe('what was recorded', () => {
  test('is found by session, study, series, instance, CID and SHA-256', async () => {
    const catalogue = temporaryCatalogue()
    await catalogue.record(place, many)
    const car = {
      ...place,
      unit: { root: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi', shards: ['bagx'], key: 'k' },
    }
    await catalogue.record(car, [
      receiptOf(5000, { path: 'car/one', cid: `bafk${'a'.repeat(55)}`, image: undefined as never }),
    ])
    const countOf = async (name: string) => (await all(catalogue.receipts(await catalogue.find(name)))).length
    expect(await countOf('monday')).toBe(1201)
    expect(await countOf('1.2.3')).toBe(1200)
    expect(await countOf('1.2.3.7')).toBe(100)
    expect(await countOf('1.2.3.4.77')).toBe(1)
    expect(await countOf(car.unit.root)).toBe(1)
    expect(await countOf(`bafk${'a'.repeat(55)}`)).toBe(1)
    expect(await countOf(receiptOf(3).sha256)).toBe(1)
    const [one] = await all(catalogue.receipts(await catalogue.find('1.2.3.4.77')))
    expect(one).toMatchObject({ ...receiptOf(77), location: 's3://archive' })
    const [packed] = await all(catalogue.receipts(await catalogue.find(car.unit.root)))
    expect(packed?.unit).toEqual(car.unit)
    await expect(catalogue.find('1.2.9')).rejects.toMatchObject({ code: 'not_found' })
    expect(await catalogue.studies({ modality: 'CT', since: '20260101', until: '20260131' })).toEqual([
      {
        uid: '1.2.3',
        date: '20260102',
        patientId: 'P1',
        patientName: 'Quellmalz^Annegret',
        modalities: ['CT'],
        series: 12,
        instances: 1200,
        bytes: many.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    ])
    expect(await catalogue.studies({ modality: 'MR' })).toEqual([])
  })

  test('changes nothing when it is recorded again, and outlives the process', async () => {
    const file = join(temporaryFolder(), 'deep', 'catalogue.db')
    const first = openCatalogue(file)
    await Promise.all([first.record(place, many), first.record(place, many.slice(0, 700))])
    await first.record({ ...place, session: { name: 'tuesday' } }, many.slice(0, 10))
    const before = await all(first.allReceipts())
    await first.close()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const second = openCatalogue(file)
    await second.record(place, many)
    expect(await all(second.allReceipts())).toEqual(before)
    const sessions = await second.sessions()
    expect(sessions.map(({ name, entries }) => [name, entries])).toEqual([
      ['monday', 1200],
      ['tuesday', 10],
    ])
    await second.close()
  })

  test('is replaced by younger bytes at the same place, and by older ones not', async () => {
    const catalogue = temporaryCatalogue()
    const older = receiptOf(1)
    const younger = receiptOf(2, { path: older.path })
    await catalogue.record(place, [older])
    await catalogue.record({ ...place, session: { name: 'tuesday' } }, [younger])
    await catalogue.record(place, [older])
    expect(await catalogue.at('s3://archive', older.path)).toMatchObject({ sha256: younger.sha256 })
    const monday = await all(catalogue.receipts(await catalogue.find('monday')))
    expect(monday).toMatchObject([{ sha256: older.sha256, removed: younger.at }])
    expect(await catalogue.whereIs(older.sha256)).toEqual([])
  })

  test('belongs to its owner, and a deleted session keeps its receipts', async () => {
    const catalogue = temporaryCatalogue()
    await catalogue.record({ location: 'x', session: { owner: 'a', name: 's' } }, [receiptOf(1)])
    await catalogue.record({ location: 'x', session: { owner: 'b', name: 's' } }, [receiptOf(2)])
    const mine = await catalogue.find('s', { owner: 'a', kinds: ['session'] })
    expect((await all(catalogue.receipts(mine))).map(({ sha256 }) => sha256)).toEqual([receiptOf(1).sha256])
    expect(await catalogue.find('a/s')).toMatchObject({ kind: 'session', row: mine.row })
    await expect(catalogue.find('a/s', { owner: 'b' })).rejects.toMatchObject({ code: 'not_found' })
    await catalogue.deleteSession({ owner: 'a', name: 's' })
    expect((await catalogue.sessions({ owner: 'a' }))[0]?.deleted).toBeGreaterThan(0)
    expect((await catalogue.sessions({ owner: 'b' }))[0]?.deleted).toBeUndefined()
    expect(await all(catalogue.receipts(mine))).toHaveLength(1)
    await catalogue.sessionRestored(mine)
    expect((await catalogue.sessions({ owner: 'a' }))[0]?.deleted).toBeUndefined()
    await expect(catalogue.deleteSession({ owner: 'c', name: 's' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('says what happened, and who did it', async () => {
    const catalogue = temporaryCatalogue(() => 42)
    await catalogue.note({
      kind: 'archived',
      who: 'ada',
      session: { name: 'monday' },
      place: 'x',
      entries: 3,
      bytes: 9,
    })
    await catalogue.note({ kind: 'restored', who: 'bob', target: '1.2.3', entries: 1, bytes: 3 })
    expect(await catalogue.events()).toEqual([
      { at: 42, kind: 'restored', who: 'bob', target: '1.2.3', entries: 1, bytes: 3 },
      { at: 42, kind: 'archived', who: 'ada', session: 'monday', place: 'x', entries: 3, bytes: 9 },
    ])
    expect(await catalogue.events({ session: await catalogue.find('monday') })).toHaveLength(1)
  })

  test('refuses a digest that is none, and keeps nothing of its batch', async () => {
    const catalogue = temporaryCatalogue()
    const wrong = [receiptOf(1), receiptOf(2, { sha256: 'abc' })]
    await expect(catalogue.record(place, wrong)).rejects.toMatchObject({ code: 'invalid' })
    expect(await all(catalogue.allReceipts())).toEqual([])
  })
})
