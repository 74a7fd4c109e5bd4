import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, expect, test } from 'vitest'

import { makeKey, type WritingKey } from '../keys/catalogue-key.ts'
import { archiveAll, folderStore, put } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { rebuild } from './rebuild.ts'
import { storeManifests } from './store-manifests.ts'

const passphrase = 'correct horse battery staple'
let key: WritingKey
beforeAll(async () => {
  key = await makeKey(passphrase)
}, 60_000)

async function place() {
  const [source, shelf] = [temporaryFolder(), temporaryFolder()]
  for (const name of ['a', 'b', 'c']) await put(source, name, `contents of ${name}`)
  const [from, to] = [folderStore(source), folderStore(shelf)]
  const request = { catalogue: temporaryCatalogue(), from, to, location: shelf, session: { name: 'monday' } }
  const own = async (folder: string) => await readdir(join(shelf, '.gantry', folder)).catch(() => [])
  const rebuilt = async () => {
    const catalogue = temporaryCatalogue()
    await rebuild({ catalogue, source: await storeManifests(to, passphrase), location: shelf, who: 'ada' })
    return await all(catalogue.receipts(await catalogue.find('monday')))
  }
  return { shelf, request, own, rebuilt }
}

test('what could not be written is written by the next run, though nothing is new', async () => {
  const { shelf, request, rebuilt } = await place()
  await put(shelf, '.gantry', 'in the way')
  await expect(archiveAll({ ...request, key })).rejects.toThrow('All is stored, but its manifest is not')
  await expect(archiveAll({ ...request, key })).rejects.toThrow('All is stored, but its manifest is not')
  await rm(join(shelf, '.gantry'))
  expect(await archiveAll({ ...request, key })).toMatchObject({ sent: 0, adopted: 0, known: 3, manifests: 1 })
  expect(await rebuilt()).toHaveLength(3)
  expect(await archiveAll({ ...request, key })).toMatchObject({ known: 3, manifests: 0 })
})

test(
  'what was not wanted at first, or is gone, is written: manifests, and their key',
  { timeout: 60_000 },
  async () => {
    const { shelf, request, own, rebuilt } = await place()
    await archiveAll(request)
    expect(await own('manifests')).toEqual([])
    expect(await archiveAll({ ...request, key })).toMatchObject({ sent: 0, known: 3, manifests: 1 })
    for (const lost of ['manifests', 'keys', '']) {
      await rm(join(shelf, '.gantry', lost), { recursive: true })
      expect(await archiveAll({ ...request, key })).toMatchObject({ sent: 0, known: 3, manifests: 1 })
      expect([await own('manifests'), await own('keys')].map(({ length }) => length)).toEqual([1, 1])
      expect(await archiveAll({ ...request, key })).toMatchObject({ manifests: 0 })
    }
    expect(await rebuilt()).toHaveLength(3)
  },
)

test('a session whose name was made up is finished by a run of another made-up name', async () => {
  const { request, rebuilt } = await place()
  await archiveAll({ ...request, nameless: true })
  const again = { ...request, session: { name: 'made up' }, nameless: true, key }
  expect(await archiveAll(again)).toMatchObject({ sent: 0, known: 3, manifests: 1 })
  expect(await archiveAll(again)).toMatchObject({ manifests: 0 })
  expect((await request.catalogue.sessions()).map(({ name }) => name)).toEqual(['monday'])
  expect(await rebuilt()).toHaveLength(3)
})

test('a date that was put off is told by a manifest too', async () => {
  const { request, rebuilt } = await place()
  const day = 86_400_000
  const until = 20_000 * day
  await archiveAll({ ...request, key })
  expect(await archiveAll({ ...request, key, retainUntil: until })).toMatchObject({ sent: 0, known: 3, manifests: 1 })
  expect(await archiveAll({ ...request, key, retainUntil: until + 3 })).toMatchObject({ known: 3, manifests: 0 })
  const later = until + day
  expect(await archiveAll({ ...request, key, retainUntil: later })).toMatchObject({ known: 3, manifests: 1 })
  expect((await rebuilt()).map(({ retainUntil }) => retainUntil)).toEqual([later, later, later])
})
