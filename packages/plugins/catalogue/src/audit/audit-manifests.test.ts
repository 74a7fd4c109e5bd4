import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'
import { beforeAll, expect, test } from 'vitest'

import type { Catalogue } from '../catalogue.ts'
import { makeKey, type WritingKey } from '../keys/catalogue-key.ts'
import { saveKey } from '../keys/key-rows.ts'
import { rebuild } from '../manifests/rebuild.ts'
import { repairManifests } from '../manifests/repair-manifests.ts'
import { storeManifests } from '../manifests/store-manifests.ts'
import { archiveAll, folderStore, put } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { audit, type AuditOptions } from './audit.ts'

const passphrase = 'correct horse battery staple'
let key: WritingKey
beforeAll(async () => {
  key = await makeKey(passphrase)
}, 60_000)

async function archive(
  catalogue: Catalogue,
  shelf: string,
  session: string,
  files: Record<string, string>,
  source = temporaryFolder(),
) {
  for (const [path, text] of Object.entries(files)) await put(source, path, text)
  const about = { catalogue, from: folderStore(source), to: folderStore(shelf), location: shelf, key }
  await archiveAll({ ...about, session: { name: session } })
}

async function place() {
  const shelf = temporaryFolder()
  const catalogue = temporaryCatalogue()
  await saveKey(catalogue, key)
  const source = temporaryFolder()
  await archive(catalogue, shelf, 'monday', { a: 'one', b: 'two' }, source)
  await archive(catalogue, shelf, 'tuesday', { c: 'three' })
  const look = async (more: Partial<AuditOptions> = {}) => {
    const told: string[] = []
    const result = await audit({
      catalogue,
      open: async (location) => folderStore(location),
      hashing: nodeHashing,
      signal: new AbortController().signal,
      onManifestFinding: ({ kind, path, session, code }) =>
        void told.push([kind, path, session?.name ?? '', ...(code === undefined ? [] : [code])].join(' ')),
      ...more,
    })
    expect(result.findings).toBe(told.length)
    return { told, result }
  }
  const repair = async (...broken: string[]) =>
    await repairManifests({
      catalogue,
      store: folderStore(shelf),
      location: shelf,
      broken: new Set(broken),
      who: 'ada',
    })
  const manifestOf = async (name: string) => {
    const sql = `SELECT path FROM manifests JOIN sessions ON sessions.id = session
 WHERE sessions.name = ? AND replaced IS NULL`
    const [row] = await catalogue.database.all<{ path: string }>(sql, name)
    return row?.path ?? ''
  }
  return { shelf, source, catalogue, look, repair, manifestOf, keyAt: `.gantry/keys/${key.name}.age` }
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await put(join(file, '..'), file.split('/').at(-1) ?? '', bytes)
}

async function forgetBytes({ database }: Catalogue): Promise<void> {
  await database.write(async (sql) => await sql.run('UPDATE manifests SET size = NULL, sha256 = NULL'))
}

test('finds a manifest that is damaged or gone, and its key, which are written again from the catalogue', async () => {
  const { shelf, catalogue, look, repair, manifestOf, keyAt } = await place()
  expect(await look()).toMatchObject({ told: [], result: { manifests: 2, unopened: 0, findings: 0 } })
  const [monday, tuesday] = [await manifestOf('monday'), await manifestOf('tuesday')]
  await flip(join(shelf, monday))
  await rm(join(shelf, tuesday))
  await flip(join(shelf, keyAt))
  const { told } = await look()
  expect(told.sort()).toEqual([
    `key-damaged ${keyAt} `,
    `manifest-damaged ${monday} monday`,
    `manifest-missing ${tuesday} tuesday`,
  ])
  expect((await repair(monday, tuesday, keyAt))?.toSorted()).toEqual([keyAt, monday, tuesday].toSorted())
  expect(await look()).toMatchObject({ told: [], result: { findings: 0 } })

  const again = temporaryCatalogue()
  const source = await storeManifests(folderStore(shelf), passphrase)
  expect(await rebuild({ catalogue: again, source, location: shelf, who: 'ada' })).toMatchObject({ unreadable: 0 })
  expect(await all(again.allReceipts())).toHaveLength(3)
  expect((await catalogue.events()).map(({ kind }) => kind)).toContain('mended')

  await rm(join(shelf, keyAt))
  expect((await look()).told).toEqual([`key-missing ${keyAt} `])
})

test('an audit of a session looks at its own manifests, and a sample at the presence of all', async () => {
  const { shelf, catalogue, look, manifestOf } = await place()
  const [monday, tuesday] = [await manifestOf('monday'), await manifestOf('tuesday')]
  await flip(join(shelf, monday))
  await rm(join(shelf, tuesday))
  expect((await look({ selection: { target: await catalogue.find('monday') } })).told).toEqual([
    `manifest-damaged ${monday} monday`,
  ])
  const none = await look({ selection: { percent: 1 }, random: () => 0.99 })
  expect(none.told).toEqual([`manifest-missing ${tuesday} tuesday`])
  await put(shelf, monday, 'short')
  const longer = await look({ selection: { percent: 1 }, random: () => 0.99 })
  expect(longer.told.sort()).toEqual([`manifest-damaged ${monday} monday`, `manifest-missing ${tuesday} tuesday`])
})

test('what newer manifests tell as well is missed by nobody', async () => {
  const { shelf, catalogue, look, manifestOf } = await place()
  const older = await manifestOf('monday')
  await archive(catalogue, shelf, 'monday', { d: 'four' })
  expect(await manifestOf('monday')).not.toBe(older)
  await rm(join(shelf, older))
  expect((await look()).told).toEqual([])
})

test('manifests of which nobody remembers the bytes are opened by the passphrase, and remembered then', async () => {
  const { shelf, catalogue, look, repair, manifestOf } = await place()
  await forgetBytes(catalogue)
  expect((await look()).result).toMatchObject({ findings: 0, manifests: 2, unopened: 2 })
  expect((await look({ passphrase: 'wrong' })).result).toMatchObject({ findings: 0, unopened: 2 })
  expect((await look({ passphrase, drill: true })).result).toMatchObject({ findings: 0, unopened: 0 })
  expect((await look()).result).toMatchObject({ unopened: 2 })
  expect((await look({ passphrase })).result).toMatchObject({ findings: 0, unopened: 0 })
  expect((await look()).result).toMatchObject({ unopened: 0 })

  await forgetBytes(catalogue)
  const [monday, tuesday] = [await manifestOf('monday'), await manifestOf('tuesday')]
  await flip(join(shelf, monday))
  expect((await look({ passphrase })).told).toEqual([`manifest-damaged ${monday} monday`])
  expect(await repair(monday)).toEqual([monday])
  // One that opens, and tells of something else.
  await put(shelf, monday, await readFile(join(shelf, tuesday)))
  await forgetBytes(catalogue)
  expect((await look({ passphrase })).told).toEqual([`manifest-damaged ${monday} monday`])
})

test('manifests that were there before the catalogue knew of any are looked at too', async () => {
  const { shelf, source, catalogue, look, repair, manifestOf } = await place()
  const monday = await manifestOf('monday')
  const forget = async () => await catalogue.database.write(async (sql) => await sql.run('DELETE FROM manifests'))
  await forget()
  await flip(join(shelf, monday))
  expect((await look({ passphrase })).told).toEqual([`manifest-damaged ${monday} `])
  await repair(monday)
  expect((await look()).result).toMatchObject({ findings: 0, manifests: 2 })
  // The next run notes that they are there, so that they are missed when they are not.
  await forget()
  await archive(catalogue, shelf, 'monday', {}, source)
  await rm(join(shelf, monday))
  expect((await look()).told).toEqual([`manifest-missing ${monday} monday`])
})

test('what is damaged and told of by no session any more is given up', async () => {
  const { shelf, look, repair, manifestOf } = await place()
  const stray = `.gantry/manifests/${key.name}-${'0'.repeat(32)}.json.age`
  await put(shelf, stray, 'damaged')
  expect((await look({ passphrase })).told).toEqual([`manifest-damaged ${stray} `])
  expect(await repair(stray)).toEqual([])
  expect((await look({ passphrase })).told).toEqual([])
  expect((await stat(join(shelf, await manifestOf('monday')))).size).toBeGreaterThan(0)
})

test('a place that does not open is told of, and one without manifests where all is looked at', async () => {
  const { shelf, look } = await place()
  const open = async () => {
    throw new GantryError('unavailable', 'gone')
  }
  const gone: string[] = []
  await audit({
    catalogue: (await place()).catalogue,
    open,
    hashing: nodeHashing,
    signal: new AbortController().signal,
    onManifestFinding: ({ kind, code }) => void gone.push(`${kind} ${code}`),
  })
  expect(gone).toEqual(['manifest-unreadable unavailable'])

  const catalogue = temporaryCatalogue()
  await saveKey(catalogue, key)
  const without: string[] = []
  const bare = temporaryFolder()
  const from = temporaryFolder()
  await put(from, 'a', 'one')
  const about = { catalogue, from: folderStore(from), to: folderStore(bare), location: bare }
  await archiveAll({ ...about, session: { name: 's' } })
  const onWithoutManifests = (location: string) => void without.push(location)
  expect((await look({ catalogue, onWithoutManifests })).told).toEqual([])
  await look({ catalogue, onWithoutManifests, selection: { sample: 5 } })
  expect(without).toEqual([bare])
  expect(await readdir(shelf)).toContain('.gantry')
})

test('a rebuild names what it could not read, and goes on with the key', async () => {
  const { shelf, manifestOf, keyAt } = await place()
  const monday = await manifestOf('monday')
  await flip(join(shelf, monday))
  const catalogue = temporaryCatalogue()
  const unread: string[] = []
  const onUnreadable = (name: string, { code }: GantryError) => void unread.push(`${name} ${code}`)
  const source = await storeManifests(folderStore(shelf), passphrase)
  const about = { catalogue, location: shelf, who: 'ada', onUnreadable }
  expect(await rebuild({ ...about, source })).toMatchObject({ manifests: 1, unreadable: 1 })
  expect(unread).toEqual([`${monday} integrity`])
  await archive(catalogue, shelf, 'wednesday', { e: 'five' })
  expect(await readdir(join(shelf, '.gantry/keys'))).toEqual([`${key.name}.age`])

  await put(shelf, keyAt, 'damaged')
  await expect(storeManifests(folderStore(shelf), passphrase)).rejects.toMatchObject({ code: 'integrity' })
})
