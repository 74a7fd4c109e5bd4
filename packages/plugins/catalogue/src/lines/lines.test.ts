import { expect, test } from 'vitest'

import { all, receiptOf, temporaryCatalogue } from '../testing/temporary-catalogue.ts'
import { checkCatalogue } from './check-catalogue.ts'
import { exportCatalogue } from './export-catalogue.ts'
import { checkLines, importCatalogue } from './import-catalogue.ts'

async function filled() {
  const catalogue = temporaryCatalogue(() => 1_700_000_000_999)
  const place = { location: 's3://archive', session: { name: 'monday' } }
  await catalogue.record(
    place,
    Array.from({ length: 700 }, (_, index) => receiptOf(index, { version: `v${index}` })),
  )
  await catalogue.record({ ...place, session: { owner: 'b', name: 'x' } }, [receiptOf(1)])
  await catalogue.record(place, [receiptOf(9000, { path: receiptOf(3).path })])
  const unit = { root: 'bafyroot', shards: ['bagshard'], key: 'k' }
  await catalogue.record({ location: 'car', session: { name: 'monday' }, unit }, [receiptOf(4)])
  await catalogue.note({ kind: 'archived', who: 'ada', session: { name: 'monday' }, entries: 1, bytes: 2 })
  await catalogue.deleteSession({ name: 'monday' })
  return catalogue
}

async function linesOf(...options: Parameters<typeof exportCatalogue>): Promise<string[]> {
  return (await all(exportCatalogue(...options))).map((line) => JSON.stringify(line))
}

async function* each(lines: readonly string[]) {
  yield* lines
}

test('what was exported comes back, also twice', async () => {
  const before = await filled()
  const lines = await linesOf(before, { patients: true })
  const after = temporaryCatalogue()
  expect(await importCatalogue(after, each(lines))).toEqual({ receipts: 702, sessions: 2, whole: true })
  expect(await linesOf(after, { patients: true })).toEqual(lines)
  await importCatalogue(after, each(lines))
  expect(await linesOf(after, { patients: true })).toEqual(lines)
  expect(await checkCatalogue(after)).toEqual([])
})

test('what happened to a session of one account is not told of the same name of another', async () => {
  const before = temporaryCatalogue()
  for (const owner of ['a', 'b']) {
    await before.record({ location: 'x', session: { owner, name: 's' } }, [receiptOf(1)])
  }
  await before.note({ kind: 'archived', who: 'b', session: { owner: 'b', name: 's' }, entries: 1, bytes: 2 })
  const after = temporaryCatalogue()
  const lines = await linesOf(before)
  await importCatalogue(after, each(lines))
  expect(await after.events({ session: await after.find('b/s') })).toMatchObject([{ who: 'b' }])
  expect(await after.events({ session: await after.find('a/s') })).toEqual([])
  expect(await linesOf(after)).toEqual(lines)
})

test('patients are named only when that is asked for', async () => {
  const catalogue = await filled()
  const attributes = { StudyDate: '20260102', StudyDescription: 'CT of Mrs Quellmalz' }
  await catalogue.record({ location: 'x' }, [receiptOf(9001, { attributes })])
  expect((await linesOf(catalogue)).join('\n')).not.toMatch(/Quellmalz|"P1"/u)
  expect((await linesOf(catalogue, { patients: true })).join('\n')).toContain('Quellmalz')
})

test('a part of an export is none, wherever it is cut', async () => {
  const lines = await linesOf(await filled())
  for (const part of [[], lines.slice(0, 8), lines.slice(0, -1), lines.toSpliced(5, 1), [...lines, ...lines]]) {
    await expect(checkLines(each(part))).rejects.toMatchObject({ code: 'invalid' })
    await expect(importCatalogue(temporaryCatalogue(), each(part))).rejects.toMatchObject({ code: 'invalid' })
  }
  expect(await checkLines(each(lines))).toEqual({ receipts: 702, sessions: 2, whole: true })
  // Of older versions, nobody can tell.
  const old = ['{"type":"catalogue","version":1}', ...lines.slice(1, -1)]
  expect(await checkLines(each(old))).toMatchObject({ receipts: 702, whole: false })
})

test('what is no line is refused with its number, and repeats nothing of it', async () => {
  const catalogue = temporaryCatalogue()
  const start = '{"type":"catalogue","version":1}'
  const bad = each([start, '{"type":"receipt","path":"Quellmalz"}'])
  const failure = await importCatalogue(catalogue, bad).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'invalid', message: expect.stringContaining('Line 2') })
  expect(String(failure)).not.toContain('Quellmalz')
  await expect(importCatalogue(catalogue, each(['{"type":"session"}']))).rejects.toMatchObject({ code: 'invalid' })
})

test('a catalogue that is damaged inside is found out', async () => {
  const catalogue = await filled()
  expect(await checkCatalogue(catalogue)).toEqual([])
  await catalogue.database.write(async (sql) => {
    await sql.run("UPDATE instances SET uid = 'not a uid', sha256 = ? WHERE id = 3", new Uint8Array([1, 2]))
  })
  expect(await checkCatalogue(catalogue)).toEqual([
    { what: 'digests that are none', count: 1 },
    { what: 'UIDs that are none', count: 1 },
  ])
})
