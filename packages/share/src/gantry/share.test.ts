import { generateIdentity, recipientOf } from '@gantry/age'
import { bytesOf, collect, Store } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { bytesOfFile, dicomInputs, GantryRig, loadWorkspace, stlInput, valueOf } from '../testing/gantry-rig.ts'

async function share(rig: GantryRig, settings: Parameters<typeof rig.gantry.storage.uploadMetadata>[1] = {}) {
  const loaded = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(loaded.workspace))
  const state = valueOf(await rig.gantry.workspace.serialize(loaded.workspace))
  const before = new Set(await rig.paths())
  const shared = valueOf(await rig.gantry.storage.uploadMetadata(state, settings))
  const [metadata = ''] = (await rig.paths()).filter((path) => !before.has(path))
  return { ...loaded, state, metadata, ...shared }
}

async function changed(store: Store, path: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const bytes = change(await collect((await store.read(path)).body))
  await store.write({ path, size: bytes.length }, bytesOf(bytes))
}

describe('a share', () => {
  test('opens elsewhere by its secret alone: state and bytes are as they were', async () => {
    const rig = new GantryRig()
    const { secret, source, id, state } = await share(rig)
    expect(source).toBe(secret)
    expect(secret).toMatch(/^gantry:s\/[\w-]{22}#1\.[\w-]{43}$/u)
    expect(secret).toContain(id)
    const other = rig.another()
    const opened = valueOf(await other.storage.loadMetadata(secret))
    expect(opened).toEqual(state)
    const [workspace] = valueOf(await other.workspace.loadFromSerialization(opened))
    const inputs = await dicomInputs()
    const first = inputs.find(({ name }) => name === workspace?.volumes[0]?.files[0]?.name)
    expect(await bytesOfFile(workspace?.volumes[0]?.files[0]?.input)).toEqual(await bytesOfFile(first))
  })

  test('is read from where it was opened, whatever the store is called there', async () => {
    const rig = new GantryRig()
    const { secret } = await share(rig)
    const other = rig.another({ store: new Store(rig.spy.driver, { url: 'memory://mounted/elsewhere' }) })
    const opened = valueOf(await other.storage.loadMetadata(secret))
    const [workspace] = valueOf(await other.workspace.loadFromSerialization(opened))
    expect(await bytesOfFile(workspace?.geometries[0]?.files[0]?.input)).toEqual(await bytesOfFile(stlInput()))
  })

  test('is loaded twice without one in the way of the other', async () => {
    const rig = new GantryRig()
    const { secret } = await share(rig)
    const gantry = rig.another()
    const load = async () => {
      const [one] = valueOf(
        await gantry.workspace.loadFromSerialization(valueOf(await gantry.storage.loadMetadata(secret))),
      )
      if (one === undefined) throw new TypeError('Nothing was restored.')
      return one
    }
    const [one, two] = [await load(), await load()]
    one.update({ title: 'Mine' })
    one.volumes[0]?.update({ opacity: 0.1 })
    expect(two.state.title).toBe('A case')
    expect(two.volumes[0]?.state.opacity).toBeUndefined()
    expect(valueOf(await gantry.workspace.get(one.id))).toBe(two)
    for (const { volumes } of [one, two])
      expect((await bytesOfFile(volumes[0]?.files[0]?.input)).length).toBeGreaterThan(0)
  })

  test('with a passphrase needs both', { timeout: 60_000 }, async () => {
    const rig = new GantryRig()
    const { secret, state, id } = await share(rig, { passphrase: 'correct horse' })
    const open = async (passphrase?: string) => await rig.another().storage.loadMetadata(secret, { passphrase })
    expect((await open()).error?.code).toBe('unauthenticated')
    expect((await open('')).error?.code).toBe('unauthenticated')
    expect((await open('wrong')).error?.code).toBe('permission_denied')
    expect(valueOf(await open('correct horse'))).toEqual(state)
    expect(valueOf(await rig.gantry.shares.list())).toMatchObject([{ id, passphrase: true }])
  })

  test('of any JSON, without sources', async () => {
    const rig = new GantryRig()
    const state = { version: 3, views: [{ a: [1, null, 'x'] }], left: undefined }
    const { secret } = valueOf(await rig.gantry.storage.uploadMetadata(state))
    expect(valueOf(await rig.another().storage.loadMetadata(secret))).toEqual({ version: 3, views: state.views })
  })

  test(
    'is open to who holds an escrow key, which needs no link, no passphrase and no id',
    { timeout: 60_000 },
    async () => {
      const escrow = await generateIdentity()
      const rig = new GantryRig({ recipients: [await recipientOf(escrow)] })
      const { metadata, state, id, secret } = await share(rig, { passphrase: 'correct horse' })
      for (const named of [metadata, id, `gantry:s/${id}`, secret]) {
        const holder = rig.another()
        const opened = valueOf(await holder.storage.loadMetadata(named, { identity: escrow }))
        expect(opened).toEqual(state)
        const [workspace] = valueOf(await holder.workspace.loadFromSerialization(opened))
        expect(await bytesOfFile(workspace?.geometries[0]?.files[0]?.input)).toEqual(await bytesOfFile(stlInput()))
      }
      const [volume] = valueOf(await rig.another().med.loadFromSource(id, { identity: escrow }))
      expect(volume?.modality).toBe('CT')
      const code = async (named: string, identity: string) =>
        (await rig.another().storage.loadMetadata(named, { identity })).error?.code
      expect(await code(id, await generateIdentity())).toBe('permission_denied')
      expect(await code(id, 'AGE-SECRET-KEY-1NONE')).toBe('invalid')
      expect(await code('objects/none', escrow)).toBe('not_found')
      expect(await code('../secret', escrow)).toBe('invalid')
      const [object = ''] = (await rig.paths()).filter((path) => path.startsWith('objects/') && path !== metadata)
      expect(await code(object, escrow)).toBe('permission_denied')
      await changed(rig.store, metadata, (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1))
      expect(await code(metadata, escrow)).toBe('integrity')
    },
  )

  test('another key, another id, or another hub opens nothing', async () => {
    const rig = new GantryRig()
    const { secret } = await share(rig)
    const { secret: another } = await share(rig)
    const open = async (text: string) => (await rig.another().storage.loadMetadata(text)).error?.code
    expect(await open(`${secret.split('#')[0]}#${another.split('#')[1]}`)).toBe('integrity')
    expect(await open(`gantry:s/${'A'.repeat(22)}#${another.split('#')[1]}`)).toBe('not_found')
    expect(await open(secret.replace('gantry:', 'https://hub.example/'))).toBe('unsupported')
    expect(await open(secret.slice(0, -1))).toBe('invalid')
  })

  test.each([
    ['a bit of its payload', (bytes: Uint8Array) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1), 'integrity'],
    ['its end', (bytes: Uint8Array) => bytes.slice(0, -20), 'integrity'],
    ['all of it', (bytes: Uint8Array) => new Uint8Array(bytes.length), 'integrity'],
    ['a bit of its MAC', (bytes: Uint8Array) => bytes.with(150, (bytes[150] ?? 0) ^ 1), 'integrity'],
    ['its stanza', (bytes: Uint8Array) => bytes.with(45, (bytes[45] ?? 0) ^ 1), 'integrity'],
  ])('metadata in which somebody changed %s', async (_, change, code) => {
    const rig = new GantryRig()
    const { secret, metadata } = await share(rig)
    await changed(rig.store, metadata, change)
    expect((await rig.another().storage.loadMetadata(secret)).error?.code).toBe(code)
  })

  test('objects that were swapped are integrity, in whole and in part', async () => {
    const rig = new GantryRig()
    const { state, secret } = await share(rig)
    const [a, b] = state[0]?.volumes[0]?.source?.kind === 'entries' ? state[0].volumes[0].source.entries : []
    const other = await collect((await rig.store.read(b?.path ?? '')).body)
    await changed(rig.store, a?.path ?? '', () => other)
    const gantry = rig.another()
    const [workspace] = valueOf(
      await gantry.workspace.loadFromSerialization(valueOf(await gantry.storage.loadMetadata(secret))),
    )
    const input = workspace?.volumes[0]?.files[0]?.input
    await expect(bytesOfFile(input)).rejects.toMatchObject({ code: 'integrity' })
    if (input === undefined) throw new TypeError('There is no file.')
    const part = async () => await collect(await input.read({ start: 200, end: 300 }))
    await expect(part()).rejects.toMatchObject({ code: 'integrity' })
  })
})

describe('shares of a store', () => {
  test('are listed newest first, and are over when they are revoked', async () => {
    let time = 1000
    const rig = new GantryRig({ now: () => (time += 1) })
    const [one, two] = [await share(rig), await share(rig)]
    await rig.store.write({ path: 'shares/notes.txt', size: 0 }, bytesOf())
    const listed = valueOf(await rig.gantry.shares.list())
    expect(listed.map(({ id, passphrase }) => [id, passphrase])).toEqual([
      [two.id, false],
      [one.id, false],
    ])
    valueOf(await rig.gantry.shares.revoke(two.secret))
    // A second time, or in another place, there is none: whoever asks must not take that for done.
    expect((await rig.gantry.shares.revoke(two.id)).error?.code).toBe('not_found')
    expect(valueOf(await rig.gantry.shares.list()).map(({ id }) => id)).toEqual([one.id])
    expect((await rig.another().storage.loadMetadata(two.secret)).error?.code).toBe('not_found')
    expect(await rig.store.find(two.metadata)).toBeUndefined()
    valueOf(await rig.another().storage.loadMetadata(one.secret))
  })

  test('terms that a store cannot hold are unsupported, and nothing is left of them', async () => {
    const rig = new GantryRig()
    for (const terms of [{ expiresIn: '7d' }, { expiresIn: 60 }, { maxOpens: 1 }, { tokenRequired: true }]) {
      expect((await rig.gantry.storage.uploadMetadata({}, terms)).error?.code).toBe('unsupported')
    }
    expect((await rig.gantry.shares.audit('A'.repeat(22))).error?.code).toBe('unsupported')
    expect(await rig.paths('')).toEqual([])
  })

  test('a record that is damaged is told', async () => {
    const rig = new GantryRig()
    const { id, secret } = await share(rig)
    await changed(rig.store, `shares/${id}`, () => new TextEncoder().encode('{"version":2}'))
    expect((await rig.another().storage.loadMetadata(secret)).error?.code).toBe('invalid')
  })

  test('a share that cannot be recorded leaves no metadata behind', async () => {
    const rig = new GantryRig()
    const write = rig.store.write.bind(rig.store)
    rig.store.write = async (entry, ...more) => {
      if (entry.path.startsWith('shares/')) throw new TypeError('The store is gone.')
      return await write(entry, ...more)
    }
    expect((await rig.gantry.storage.uploadMetadata({})).error?.code).toBe('internal')
    expect(await rig.paths('')).toEqual([])
  })

  test('lockSources: nothing expires in a store', async () => {
    const rig = new GantryRig()
    const { workspace } = await loadWorkspace(rig.gantry)
    const ensured = valueOf(await rig.gantry.workspace.ensureSources(workspace, { temporary: false }))
    expect(await rig.gantry.storage.lockSources(ensured)).toEqual({ value: undefined })
    expect(await rig.gantry.storage.lockSources(ensured.map(({ source }) => source))).toEqual({ value: undefined })
  })
})
