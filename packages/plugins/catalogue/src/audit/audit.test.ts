import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, GantryError, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { writePhantom } from '@gantry/testkit/phantom'
import { nodeHashing } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { archiveAll, filesIn, folderStore, put } from '../testing/archive-rig.ts'
import { all, receiptOf, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { audit, type AuditOptions } from './audit.ts'
import type { Finding } from './finding.ts'
import { sampleReceipts } from './sample.ts'

/** A side of 200 pixels makes entries of which a look reads no more than a piece. */
async function archived(size = 200) {
  const source = temporaryFolder()
  const shelf = temporaryFolder()
  await writePhantom(source, { size, slices: 8 })
  const catalogue = temporaryCatalogue()
  await archiveAll({
    catalogue,
    from: folderStore(source),
    to: folderStore(shelf),
    location: shelf,
    session: { name: 's' },
  })
  const run = async (more: Partial<AuditOptions> = {}) => {
    const findings: Finding[] = []
    const result = await audit({
      catalogue,
      open: async (location) => folderStore(location),
      hashing: nodeHashing,
      signal: new AbortController().signal,
      onFinding: (finding) => void findings.push(finding),
      ...more,
    })
    return { result, findings: findings.map(({ kind, path }) => `${kind} ${path}`).sort() }
  }
  return { shelf, catalogue, run, paths: [...(await filesIn(shelf)).keys()].sort() }
}

async function flip(file: string, quietly: boolean): Promise<void> {
  const { atime, mtime } = await stat(file)
  const bytes = await readFile(file)
  bytes[500] = (bytes[500] ?? 0) ^ 1
  await writeFile(file, bytes)
  if (quietly) await utimes(file, atime, mtime)
}

test('finds what is missing, what was written anew with other bytes, and by a drill every flipped bit', async () => {
  const { shelf, run, paths } = await archived()
  expect(await run()).toMatchObject({
    result: { audited: 8, findings: 0, proofs: { range: 8, bytes: 0 } },
    findings: [],
  })
  expect((await run({ drill: true })).result).toMatchObject({ findings: 0, proofs: { range: 0, bytes: 8 } })
  const [missing = '', changed = '', rotten = ''] = paths
  await rm(join(shelf, missing))
  await flip(join(shelf, changed), false)
  expect((await run()).findings).toEqual([`corrupt ${changed}`, `missing ${missing}`])
  await flip(join(shelf, rotten), true)
  const drilled = await run({ drill: true })
  expect(drilled.findings).toEqual([`corrupt ${changed}`, `corrupt ${rotten}`, `missing ${missing}`])
  expect(drilled.result).toMatchObject({ audited: 8, findings: 3 })
})

test('compares what is so small that looking reads all of it', async () => {
  const { shelf, run, paths } = await archived(32)
  const [rotten = ''] = paths
  await flip(join(shelf, rotten), true)
  expect(await run()).toMatchObject({ result: { proofs: { range: 0, bytes: 8 } }, findings: [`corrupt ${rotten}`] })
})

test('remembers what it saw, and a drill writes nothing', async () => {
  const { catalogue, run } = await archived()
  await run({ drill: true })
  expect((await all(catalogue.allReceipts())).every(({ checked }) => checked === undefined)).toBe(true)
  await run()
  expect((await all(catalogue.allReceipts())).every(({ checked }) => checked !== undefined)).toBe(true)
})

test('says that nobody can read what a damaged record held, not that other bytes are there', async () => {
  const driver = memory()
  const damaged = new GantryError('integrity', 'A record is damaged.')
  const known: typeof driver.stat = async (path, call) => {
    if (path === 'a') throw damaged
    return await driver.stat(path, call)
  }
  const store = new Store({ ...driver, stat: known, read: () => Promise.reject(damaged) })
  for (const path of ['a', 'b']) await new Store(driver).write({ path, size: 3 }, bytesOf(new Uint8Array(3)))
  const catalogue = temporaryCatalogue()
  const about = { bytes: 3, image: undefined as never }
  await catalogue.record({ location: 'memory:' }, [
    receiptOf(1, { ...about, path: 'a' }),
    receiptOf(2, { ...about, path: 'b' }),
  ])
  const findings: string[] = []
  const options = { catalogue, open: async () => store, hashing: nodeHashing, signal: new AbortController().signal }
  await audit({ ...options, drill: true, onFinding: ({ kind, path }) => void findings.push(`${kind} ${path}`) })
  expect(findings.sort()).toEqual(['corrupt b', 'unreadable a'])
})

test('tells what is past its date, what the storage does not hold until then, and what is in another class', async () => {
  const contents = new MemoryContents()
  const open = async () => new Store(memory({ contents, retain: true, tiers: ['HOT', 'COLD'] }))
  const store = await open()
  const body = async function* () {
    yield new Uint8Array(3)
  }
  const later = Date.now() + 1e9
  for (const [path, more] of [
    ['held', { retainUntil: later, tier: 'COLD' }],
    ['loose', {}],
    ['moved', { tier: 'HOT' }],
    ['old', {}],
  ] as const) {
    await store.write({ path, size: 3, ...more }, body())
  }
  const catalogue = temporaryCatalogue()
  const sha256 = nodeHashing('sha256')
  sha256?.update(new Uint8Array(3))
  const about = { bytes: 3, sha256: sha256?.digest() ?? '', image: undefined as never }
  await catalogue.record({ location: 'memory:' }, [
    receiptOf(1, { ...about, path: 'held', retainUntil: later, tier: 'COLD' }),
    receiptOf(2, { ...about, path: 'loose', retainUntil: later }),
    receiptOf(3, { ...about, path: 'moved', tier: 'COLD' }),
    receiptOf(4, { ...about, path: 'old', retainUntil: 1000 }),
  ])
  const findings: string[] = []
  const options = { catalogue, open, hashing: nodeHashing, signal: new AbortController().signal }
  await audit({ ...options, onFinding: ({ kind, path }) => void findings.push(`${kind} ${path}`) })
  expect(findings.sort()).toEqual(['elsewhere moved', 'expired old', 'not-retained loose'])
})

test('tells of a session what was replaced or removed while it was retained, until its date has passed', async () => {
  let now = 1_800_000_000_000
  const catalogue = temporaryCatalogue(() => now)
  const shelf = temporaryFolder()
  const archive = async (name: string, contents: Record<string, string>, until?: number) => {
    const source = temporaryFolder()
    for (const [path, text] of Object.entries(contents)) await put(source, path, text)
    const about = { catalogue, from: folderStore(source), to: folderStore(shelf), location: shelf, session: { name } }
    await archiveAll({ ...about, ...(until !== undefined && { retainUntil: until }) })
  }
  await archive('first', { a: 'one', b: 'one', c: 'one', d: 'one' }, now + 1000)
  await archive('loose', { e: 'one' })
  const receipts = await all(catalogue.receipts(await catalogue.find('first')))
  await catalogue.markRemoved(receipts.filter(({ path }) => path !== 'd'))
  await archive('second', { a: 'other', b: 'one', e: 'other' })
  const findings = async (selection: AuditOptions['selection'] = {}) => {
    const found: string[] = []
    const open = async (location: string) => folderStore(location)
    const options = { catalogue, selection, open, hashing: nodeHashing, signal: new AbortController().signal }
    await audit({ ...options, onFinding: ({ kind, path }) => void found.push(`${kind} ${path}`) })
    return found.sort()
  }
  const target = await catalogue.find('first')
  expect(await findings({ target })).toEqual(['removed a', 'removed c'])
  expect(await findings({ sample: 100 })).toEqual(['removed a', 'removed c'])
  expect(await findings({ target: await catalogue.find('second') })).toEqual([])
  now += 1000
  expect(await findings({ target })).toEqual(['expired d'])
})

test('a place that does not open is told for each entry, one that wants a login once, and a proof of the storage counts', async () => {
  const { run, paths } = await archived()
  const open = async () => {
    throw new GantryError('unavailable', 'gone')
  }
  expect((await run({ open })).findings).toEqual(paths.map((path) => `unreadable ${path}`))
  const places: string[] = []
  const locked = async () => {
    throw new GantryError('unauthenticated', 'who asks?')
  }
  expect(await run({ open: locked, onClosed: (location) => void places.push(location) })).toMatchObject({
    findings: [],
    result: { audited: 0, bytes: 0, closed: 8, findings: 0 },
  })
  expect(places).toHaveLength(1)
  const proven = await run({ prove: async (_, { path }) => (path === paths[0] ? 'lost' : 'held') })
  expect(proven).toMatchObject({ findings: [`corrupt ${paths[0]}`], result: { read: 0, proofs: { proof: 8 } } })
})

test('a sample is as large as was asked, of all alike', async () => {
  const catalogue = temporaryCatalogue()
  await catalogue.record(
    { location: 'x' },
    Array.from({ length: 40 }, (_, index) => receiptOf(index)),
  )
  let state = 7
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  const seen = new Map<string, number>()
  for (let round = 0; round < 100; round += 1) {
    const chosen = await all(sampleReceipts(catalogue, { sample: 10 }, random))
    expect(new Set(chosen.map(({ id }) => id)).size).toBe(10)
    for (const { path } of chosen) seen.set(path, (seen.get(path) ?? 0) + 1)
  }
  expect(seen.size).toBe(40)
  expect(Math.max(...seen.values())).toBeLessThan(50)
  expect(await all(sampleReceipts(catalogue, { percent: 50 }, random))).not.toHaveLength(40)
})

test('a place that cannot be opened for a moment is tried again, and one that never can once for all that lies there', async () => {
  const { run } = await archived()
  let asked = 0
  const open = async (location: string) => {
    asked += 1
    if (asked === 1) throw new GantryError('unavailable', 'The place does not answer.')
    return folderStore(location)
  }
  expect((await run({ open })).result).toMatchObject({ audited: 8, findings: 0 })
  expect(asked).toBe(2)
  asked = 0
  const never = () => {
    asked += 1
    return Promise.reject(new GantryError('not_found', 'There is no such place.'))
  }
  expect((await run({ open: never })).result).toMatchObject({ audited: 8, findings: 8 })
  expect(asked).toBe(1)
})
