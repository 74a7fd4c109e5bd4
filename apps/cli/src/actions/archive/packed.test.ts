import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { collect, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { writePhantom } from '@gantry/testkit/phantom'
import { car } from '@gantry/w3up'
import { describe, expect, test } from 'vitest'

import { env } from '../../../testing/archive-bench.ts'
import { Workbench } from '../../../testing/workbench.ts'

interface Unit {
  readonly root: string
  readonly index: { readonly cid: string }
  readonly shards: readonly { readonly cid: string }[]
}

async function packed() {
  const bench = await Workbench.make()
  await writePhantom(bench.path('study'), { size: 32, slices: 5 })
  await writePhantom(bench.path('other/more'), { size: 32, slices: 4, seed: 5 })
  const url = `car+file://${bench.path('cars')}`
  const archive = async (source: string, session: string, ...more: string[]) =>
    await bench.gantry(['archive', source, url, '--session', session, '--json', ...more], { env })
  const told = async (...argv: string[]) =>
    (await bench.gantry(['catalogue', ...argv, '--json'])).json.filter(({ type }) => type !== 'result')
  const shown = async (what: string) => await told('show', what)
  const listed = async () => await told('ls')
  const sessions = async () => (await told('ls', '--sessions')).map(({ name, entries }) => [name, entries])
  const store = () => new Store(car(new Store(fs({ root: bench.path('cars') })), { passphrase: env.GANTRY_PASSPHRASE }))
  const manifests = async (of: Store) => {
    const paths: string[] = []
    for await (const { path } of of.list({ prefix: '.gantry/manifests' })) paths.push(path)
    return paths
  }
  return {
    bench,
    url,
    archive,
    shown,
    listed,
    sessions,
    store,
    manifests,
    [Symbol.asyncDispose]: async () => await bench[Symbol.asyncDispose](),
  }
}

describe('a packed archive', { timeout: 300_000 }, () => {
  test('tells a lost catalogue its entries, sessions and retention, by the passphrase alone', async () => {
    await using place = await packed()
    const { bench, url, archive, shown, listed, sessions } = place
    const retained = ['--retain', '7y', '--retain-by', 'catalogue']
    expect((await archive('study', 'monday', ...retained)).json).toContainEqual(
      expect.objectContaining({ type: 'archive', sent: 5, manifests: 1 }),
    )
    await archive('other', 'tuesday')
    // Nothing is sent, and the session has what was there.
    expect((await archive('study', 'wednesday')).json).toContainEqual(
      expect.objectContaining({ type: 'archive', sent: 0, known: 5, manifests: 1 }),
    )
    expect((await archive('study', 'wednesday')).json).toContainEqual(expect.objectContaining({ manifests: 0 }))
    const [before, all] = [await shown('monday'), await sessions()]
    expect(all).toEqual([
      ['monday', 5],
      ['tuesday', 4],
      ['wednesday', 5],
    ])
    expect(await bench.gantry(['audit', '--sweep'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 by what the storage says, 9 proved block by block;'),
      stderr: '',
    })

    const studies = await listed()
    expect(studies).toContainEqual(expect.objectContaining({ date: expect.any(String), modalities: ['CT'] }))
    await bench.gantry(['catalogue', 'export', 'all.jsonl', '--patients'])

    await rm(bench.path('jobs'), { recursive: true })
    await rm(bench.path('study'), { recursive: true })
    const argv = ['restore', 'monday', 'study', '--from-manifests', url]
    expect(await bench.gantry(argv, { env })).toMatchObject({ code: 0 })
    expect(await bench.files('study')).toHaveLength(5)
    expect(await sessions()).toEqual(all)
    const told = (receipts: typeof before) =>
      new Map(receipts.map(({ path, sha256, retainUntil, at }) => [path, { sha256, retainUntil, at }]))
    expect(told(await shown('monday'))).toEqual(told(before))
    expect(before.every(({ retainUntil }) => Number(retainUntil) > Date.now())).toBe(true)
    // What headers said comes from an export.
    const without = studies.map(({ date: _date, ...study }) => ({ ...study, modalities: [] }))
    expect(await listed()).toEqual(without)
    expect(await bench.gantry(['catalogue', 'import', 'all.jsonl'])).toMatchObject({ code: 0 })
    expect(await listed()).toEqual(studies)
  })

  test('says once that a passphrase does not open it, and ends', async () => {
    await using place = await packed()
    const { bench, url, archive } = place
    await archive('study', 'monday')
    const wrong = { env: { ...env, GANTRY_ARCHIVE_PASSPHRASE: 'wrong', GANTRY_PASSPHRASE: 'wrong' } }
    const audited = await bench.gantry(['audit', '--sweep', '--json'], wrong)
    expect(audited.json.filter(({ type }) => type === 'finding')).toEqual([])
    expect(audited.code).toBe(3)
    const restored = await bench.gantry(['restore', 'monday', 'back'], wrong)
    expect(restored.code).toBe(3)
    const copied = await bench.gantry(['copy', 'study', url], wrong)
    expect(copied.code).toBe(3)
    for (const { stdout, stderr } of [audited, restored, copied]) {
      expect((stdout + stderr).split('does not open the archive').length).toBe(2)
    }
  })

  test('hides its manifests as it hides all else, and shredding leaves nothing of a study in them', async () => {
    await using place = await packed()
    const { bench, url, archive, shown } = place
    await archive('study', 'secret-session')
    const [{ path = '', sha256 = '' } = {}] = (await shown('secret-session')) as { path?: string; sha256?: string }[]
    const files = await readdir(bench.path('cars'), { recursive: true, withFileTypes: true })
    for (const { parentPath, name } of files.filter((one) => one.isFile())) {
      expect(join(parentPath, name).slice(bench.path('cars').length)).not.toMatch(/gantry|manifest|1\.2\./u)
      expect((await readFile(join(parentPath, name))).toString('latin1')).not.toContain('secret-session')
    }
    const copied = await bench.gantry(['copy', url, 'all'], { env })
    expect(copied).toMatchObject({ code: 0, stdout: expect.stringContaining('5 entries') })
    const store = place.store()
    const [manifest = ''] = await place.manifests(store)
    const text = new TextDecoder().decode(await collect((await store.read(manifest)).body))
    expect(text).toContain('secret-session')
    expect(text).not.toContain(path)
    expect(text).not.toContain(sha256)
  })

  test('without its manifests, is told of by an audit, and has them written again', async () => {
    await using place = await packed()
    const { bench, archive } = place
    await archive('study', 'monday')
    const store = place.store()
    const paths = await place.manifests(store)
    for (const path of paths) await store.remove(path)
    const audited = await bench.gantry(['audit', '--json'], { env })
    expect(audited).toMatchObject({ code: 1 })
    expect(audited.json.filter(({ type }) => type === 'finding')).toMatchObject([{ kind: 'manifest-missing' }])
    expect(await bench.gantry(['audit', '--repair'], { env })).toMatchObject({ code: 0 })
    expect(await place.manifests(place.store())).toEqual(paths)
    expect((await bench.gantry(['audit', '--sweep', '--drill'], { env })).code).toBe(0)
  })

  test('has manifests that are proved as all else: what they are kept with is damaged, and mended', async () => {
    await using place = await packed()
    const { bench, archive } = place
    await archive('study', 'monday')
    await cp(bench.path('cars'), bench.path('copy'), { recursive: true })
    const store = place.store()
    const [manifest = ''] = await place.manifests(store)
    const root = (await store.stat(manifest)).version?.split('/')[0]
    const units = await readdir(bench.path('cars/units'))
    const records = await Promise.all(
      units.map(async (name) => JSON.parse(await bench.read(`cars/units/${name}`)) as Unit),
    )
    const unit = records.find((record) => record.root === root)
    for (const [blob, ...how] of [
      [`indexes/${unit?.index.cid}.car`, '--repair'],
      [`shards/${unit?.shards[0]?.cid}.car`, '--repair-from', 'copy'],
    ] as const) {
      await rm(bench.path('cars'), { recursive: true })
      await cp(bench.path('copy'), bench.path('cars'), { recursive: true })
      const bytes = await readFile(bench.path('cars', blob))
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      await writeFile(bench.path('cars', blob), bytes)
      const found = await bench.gantry(['audit', '--sweep', '--json'], { env })
      expect(found.code).toBe(1)
      expect(found.json.filter(({ type }) => type === 'finding')).toMatchObject([{ kind: 'manifest-damaged' }])
      expect(await bench.gantry(['audit', '--sweep', ...how], { env })).toMatchObject({ code: 0, stderr: '' })
    }
  })

  test('is sent nothing when a study comes again from another folder', async () => {
    await using place = await packed()
    const { bench, archive } = place
    await archive('study', 'monday', '--no-manifest')
    const shards = await readdir(bench.path('cars/shards'))
    await cp(bench.path('study'), bench.path('moved/sub/deep'), { recursive: true })
    expect((await archive('moved', 'tuesday', '--no-manifest')).code).toBe(0)
    expect(await readdir(bench.path('cars/shards'))).toEqual(shards)
    expect(await bench.gantry(['restore', 'tuesday', 'back'], { env })).toMatchObject({ code: 0 })
    expect(await bench.files('back')).toHaveLength(5)
    expect((await bench.gantry(['audit', '--sweep', '--drill'], { env })).code).toBe(0)
  })

  test('whose indexes are gone is restored by its shards, and makes them anew from these alone', async () => {
    await using place = await packed()
    const { bench, archive } = place
    await archive('study', 'monday')
    const study = await bench.files('study')
    await rm(bench.path('study'), { recursive: true })
    await rm(bench.path('cars/indexes'), { recursive: true })
    expect(await bench.gantry(['restore', 'monday', 'study'], { env })).toMatchObject({ code: 0 })
    expect(await bench.files('study')).toEqual(study)
    const audited = await bench.gantry(['audit', '--sweep', '--json'], { env })
    expect(audited.code).toBe(1)
    const kinds = audited.json.filter(({ type }) => type === 'finding').map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['damaged', 'manifest-damaged']))
    expect(await bench.gantry(['audit', '--sweep', '--repair'], { env })).toMatchObject({ code: 0 })
    expect((await bench.gantry(['audit', '--sweep', '--drill'], { env })).code).toBe(0)
  })

  test('has none where none are wanted', async () => {
    await using place = await packed()
    const { bench, archive } = place
    expect((await archive('study', 'monday', '--no-manifest')).json).toContainEqual(
      expect.objectContaining({ type: 'archive', sent: 5, manifests: 0 }),
    )
    expect(await place.manifests(place.store())).toEqual([])
    expect(await bench.gantry(['audit', '--sweep'], { env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no manifests'),
    })
  })
})
