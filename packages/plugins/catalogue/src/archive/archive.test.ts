import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'

import { GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { writePhantom } from '@gantry/testkit/phantom'
import { createJobSpec, memoryJournal, nodeHashing } from '@gantry/transfer'
import { beforeAll, describe, expect, test } from 'vitest'

import { Catalogue } from '../catalogue.ts'
import { makeKey, type WritingKey } from '../keys/catalogue-key.ts'
import { rebuild } from '../manifests/rebuild.ts'
import { storeManifests } from '../manifests/store-manifests.ts'
import { archiveAll, filesIn, folderStore, put, restoreAll } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'

const passphrase = 'correct horse battery staple'
const realSeries = join(
  process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../../../shared/data'),
  'dicom/series/mr-fmri-ge-150',
)

let key: WritingKey
beforeAll(async () => {
  key = await makeKey(passphrase)
})

/** A study, and what lies beside it. */
async function study(): Promise<string> {
  const folder = temporaryFolder()
  await writePhantom(folder, { size: 32, slices: 6, series: 2 })
  await put(folder, 'notes/readme.txt', 'no image')
  return folder
}

async function archived(source: string) {
  const shelf = temporaryFolder()
  const catalogue = temporaryCatalogue()
  const [from, to] = [folderStore(source), folderStore(shelf)]
  const request = { catalogue, from, to, location: shelf, session: { name: 'monday' }, key }
  return { shelf, catalogue, request, settled: await archiveAll(request) }
}

describe('from an archive', { timeout: 120_000 }, () => {
  test.each([
    ['a phantom', study, true],
    [
      'a series of a real scanner',
      async () => {
        const folder = temporaryFolder()
        await cp(realSeries, folder, { recursive: true })
        return folder
      },
      existsSync(realSeries),
    ],
  ])('%s comes back by the passphrase alone, when folder and catalogue are lost', async (_, make, there) => {
    if (!there) return
    const source = await make()
    const before = await filesIn(source)
    const { shelf, settled } = await archived(source)
    expect(settled).toMatchObject({ sent: before.size, different: 0, manifests: 1 })
    await rm(source, { recursive: true })

    const catalogue = temporaryCatalogue()
    const store = folderStore(shelf)
    const rebuilt = await rebuild({
      catalogue,
      source: await storeManifests(store, passphrase),
      location: shelf,
      who: 'ada',
    })
    expect(rebuilt).toMatchObject({ manifests: 1, receipts: before.size, unreadable: 0 })
    const target = await catalogue.find('monday')
    const to = temporaryFolder()
    expect(await restoreAll({ catalogue, target, from: store, location: shelf, to: folderStore(to) })).toEqual({
      failed: 0,
      skipped: 0,
      done: before.size,
    })
    expect(await filesIn(to)).toEqual(before)
    const [one] = await catalogue.studies()
    expect(one?.instances).toBeGreaterThan(0)
  })

  test('what travels with the data names nobody, and a wrong passphrase opens nothing', async () => {
    const { shelf } = await archived(await study())
    const own = await readdir(join(shelf, '.gantry'), { recursive: true, withFileTypes: true })
    const files = own.filter((one) => one.isFile())
    expect(files).toHaveLength(2)
    for (const { parentPath, name } of files) {
      expect((await readFile(join(parentPath, name))).toString('latin1')).not.toMatch(/dcm|1\.2\.826|phantom/iu)
    }
    const wrong = storeManifests(folderStore(shelf), 'wrong')
    await expect(wrong).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(storeManifests(folderStore(temporaryFolder()), 'x')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a damaged manifest is counted, and the others are read', async () => {
    const { shelf, request } = await archived(await study())
    const more = temporaryFolder()
    await put(more, 'later.txt', 'later')
    await archiveAll({ ...request, from: folderStore(more), session: { name: 'tuesday' } })
    const folder = join(shelf, '.gantry/manifests')
    const [first = ''] = await readdir(folder)
    const sealed = await readFile(join(folder, first))
    sealed[sealed.length - 20] = (sealed[sealed.length - 20] ?? 0) ^ 1
    await put(folder, first, sealed)
    const catalogue = temporaryCatalogue()
    const source = await storeManifests(folderStore(shelf), passphrase)
    expect(await rebuild({ catalogue, source, location: shelf, who: 'ada' })).toMatchObject({
      manifests: 1,
      unreadable: 1,
    })
  })
})

describe('archived again', () => {
  test('nothing is sent, and nothing is new', async () => {
    const source = await study()
    const { catalogue, request, settled } = await archived(source)
    const before = await all(catalogue.allReceipts())
    const again = await archiveAll(request)
    expect(again).toMatchObject({ moved: 0, sent: 0, known: settled.sent, adopted: 0, manifests: 0 })
    // A folder tells no digests: what was read back is verified from now on.
    expect(await all(catalogue.allReceipts())).toEqual(before.map((one) => ({ ...one, verified: true })))
  })

  test('a catalogue that does not answer is no session that is missing', async () => {
    const { catalogue, request } = await archived(await study())
    class Away extends Catalogue {
      override async find(): Promise<never> {
        throw new GantryError('unavailable', 'The database is away.')
      }
    }
    const again = archiveAll({ ...request, catalogue: new Away(catalogue.database) })
    await expect(again).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('what was there before is read on both sides, and what only looks the same is told', async () => {
    const source = await study()
    const shelf = temporaryFolder()
    await cp(source, shelf, { recursive: true, preserveTimestamps: true })
    const [path = ''] = [...(await filesIn(source)).keys()].filter((one) => one.endsWith('.dcm'))
    const flipped = await readFile(join(shelf, path))
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    await put(shelf, path, flipped)
    const sourceTime = new Date(1_700_000_000_000)
    await utimes(join(source, path), sourceTime, sourceTime)
    await utimes(join(shelf, path), sourceTime, sourceTime)
    const catalogue = temporaryCatalogue()
    const request = { catalogue, from: folderStore(source), to: folderStore(shelf), location: shelf }
    const settled = await archiveAll({ ...request, session: { name: 'monday' } })
    expect(settled).toMatchObject({ moved: 0, adopted: 12, different: 1 })
    expect(await all(catalogue.allReceipts())).toHaveLength(12)
  })

  test('retention and class are asked of the storage, also for what was there', async () => {
    const source = await study()
    const to = new Store(
      memory({ retain: true, tiers: ['HOT', 'COLD'], digests: { algorithms: ['sha256'], hashing: nodeHashing } }),
    )
    const catalogue = temporaryCatalogue()
    const request = { catalogue, from: folderStore(source), to, location: 'memory:', session: { name: 'monday' } }
    const first = Date.now() + 1e9
    await archiveAll({ ...request, spec: { tier: 'COLD', retainUntil: first } })
    const [receipt] = await all(catalogue.allReceipts())
    const path = receipt?.path ?? ''
    expect(receipt).toMatchObject({ tier: 'COLD', retainUntil: first })
    expect([(await to.stat(path)).tier, await to.retainedUntil(path)]).toEqual(['COLD', first])
    await archiveAll({ ...request, spec: { tier: 'HOT', retainUntil: first + 5 } })
    expect([(await to.stat(path)).tier, await to.retainedUntil(path)]).toEqual(['HOT', first + 5])
    expect(await catalogue.at('memory:', path)).toMatchObject({ tier: 'HOT', retainUntil: first + 5 })
  })
})

describe('what is retained', () => {
  const until = 2_000_000_000_000

  async function retained(clock: () => number) {
    const [source, shelf] = [temporaryFolder(), temporaryFolder()]
    await put(source, 'large', new Uint8Array(9_000_000).fill(1))
    for (const name of ['changed', 'touched', 'lost']) await put(source, name, `contents of ${name}`)
    const catalogue = temporaryCatalogue(clock)
    const about = { catalogue, from: folderStore(source), to: folderStore(shelf), location: shelf }
    await archiveAll({ ...about, session: { name: 'first' }, retainUntil: until })
    await put(source, 'large', new Uint8Array(9_000_000).fill(2))
    await put(source, 'changed', 'contents of CHANGED')
    await put(source, 'lost', 'other contents')
    await put(source, 'new', 'new')
    await utimes(join(source, 'touched'), 1_700_000_000, 1_700_000_000)
    await rm(join(shelf, 'lost'))
    return { source, shelf, about }
  }

  test('is not replaced by other bytes, and all else is archived', async () => {
    const { source, shelf, about } = await retained(() => until - 1)
    const before = await filesIn(shelf)
    const journal = memoryJournal(createJobSpec({ from: 'a', to: 'b' }))
    const again = await archiveAll({ ...about, session: { name: 'second' }, journal })
    expect(again).toMatchObject({ moved: 3, different: 0 })
    const failures = await all(journal.failures())
    expect(new Map(failures.map(({ path, code }) => [path, code]))).toEqual(
      new Map([
        ['changed', 'already_exists'],
        ['large', 'already_exists'],
      ]),
    )
    expect(failures[0]?.message).toContain('retained until 2033-05-18')
    const [now, theirs] = [await filesIn(shelf), await filesIn(source)]
    for (const path of ['large', 'changed', 'touched']) expect(now.get(path)).toBe(before.get(path))
    for (const path of ['lost', 'new']) expect(now.get(path)).toBe(theirs.get(path))
    const second = await all(about.catalogue.receipts(await about.catalogue.find('second')))
    expect(second.map(({ path }) => path).sort()).toEqual(['lost', 'new', 'touched'])
  })

  test('is replaced once its date has passed', async () => {
    const { source, shelf, about } = await retained(() => until + 1)
    expect(await archiveAll({ ...about, session: { name: 'second' } })).toMatchObject({ moved: 5 })
    expect(await filesIn(shelf)).toEqual(await filesIn(source))
  })
})

describe('restoring', { timeout: 120_000 }, () => {
  test('inserts what is missing, deleted or spoilt, and touches nothing else', async () => {
    const source = await study()
    const before = await filesIn(source)
    const { shelf, catalogue } = await archived(source)
    const [missing = '', spoilt = ''] = [...before.keys()].filter((one) => one.endsWith('.dcm'))
    await rm(join(source, missing))
    const bytes = await readFile(join(source, spoilt))
    bytes[200] = (bytes[200] ?? 0) ^ 1
    await put(source, spoilt, bytes)
    const target = await catalogue.find('monday')
    const request = { catalogue, target, from: folderStore(shelf), location: shelf, to: folderStore(source) }
    expect(await restoreAll(request)).toEqual({ failed: 0, skipped: before.size - 2, done: 2 })
    expect(await filesIn(source)).toEqual(before)
    expect(await restoreAll(request)).toEqual({ failed: 0, skipped: before.size, done: 0 })
  })

  test('rows that were deleted come back from the manifests', async () => {
    const { shelf, catalogue, settled } = await archived(await study())
    await catalogue.database.write(async (sql) => {
      for (const table of ['session_receipts', 'receipts', 'instances', 'series', 'studies'])
        await sql.run(`DELETE FROM ${table}`)
    })
    expect(await all(catalogue.allReceipts())).toEqual([])
    await rebuild({
      catalogue,
      source: await storeManifests(folderStore(shelf), passphrase),
      location: shelf,
      who: 'ada',
    })
    expect(await all(catalogue.allReceipts())).toHaveLength(settled.sent)
  })

  test('never gives other bytes than were archived', async () => {
    const source = await study()
    const { shelf, catalogue } = await archived(source)
    const [path = ''] = [...(await filesIn(shelf)).keys()].filter((one) => one.endsWith('.dcm'))
    const bytes = await readFile(join(shelf, path))
    bytes[300] = (bytes[300] ?? 0) ^ 1
    await put(shelf, path, bytes)
    const to = temporaryFolder()
    const target = await catalogue.find('monday')
    const outcome = await restoreAll({
      catalogue,
      target,
      from: folderStore(shelf),
      location: shelf,
      to: folderStore(to),
    })
    expect(outcome).toMatchObject({ failed: 1, done: 12 })
    expect((await filesIn(to)).has(path)).toBe(false)
  })

  test('takes the same bytes from elsewhere, where they were removed', async () => {
    const source = await study()
    const { catalogue, request } = await archived(source)
    const other = temporaryFolder()
    await archiveAll({ ...request, to: folderStore(other), location: other, session: { name: 'second' } })
    const target = await catalogue.find('monday')
    await catalogue.markRemoved(await all(catalogue.receipts(target)))
    const to = temporaryFolder()
    expect(
      await restoreAll({ catalogue, target, from: folderStore(other), location: other, to: folderStore(to) }),
    ).toMatchObject({
      failed: 0,
      done: 13,
    })
    expect(await filesIn(to)).toEqual(await filesIn(source))
  })
})
