import { GantryError } from '@gantry/core'
import { assert, constantFrom, double, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { nodePlatform } from '../node/node-platform.ts'
import { everyCall } from '../testing/every-call.ts'
import { GantryRig, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'
import { createGantry } from './create-gantry.ts'
import { parseExpiresIn } from './expires-in.ts'

const proxy = new Proxy(
  {},
  {
    get() {
      throw new TypeError('A trap.')
    },
  },
)
const hostile: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 42],
  ['a symbol', Symbol('x')],
  ['a function', () => {}],
  ['an empty object', {}],
  ['a list of null', [null]],
  ['a list of lists', [[]]],
  ['a long list', { length: 2 ** 31 }],
  ['a list of objects', [{ id: 'x', name: 'y', size: -1 }]],
  ['a source of nothing', { kind: 'entries', store: 'x:', entries: [{}] }],
  ['aliases', { workspaces: null, workspace: 7, medSource: 7 }],
  ['a prototype', JSON.parse('{"__proto__":{"files":[]},"constructor":1}')],
]
/** What may take anything, or nothing at all. */
const anything = new Set(['storage.uploadMetadata'])
/** Which ask for no arguments, or look something up. */
const lenient = /\.(?:list|getAll|destroyAll|hasAccessToken|get)$/u

describe.each(hostile)('%s', (_, given) => {
  test('is invalid, and nothing is thrown', async () => {
    const { gantry } = new GantryRig()
    for (const [name, call] of everyCall(gantry, given)) {
      const { error } = await call({})
      if (lenient.test(name) || anything.has(name)) continue
      expect([name, error?.code]).toEqual([name, 'invalid'])
      expect(error).toBeInstanceOf(GantryError)
    }
  })

  test('as settings is invalid as well', async () => {
    const rig = new GantryRig()
    const settings = typeof given === 'object' && given !== null && !Array.isArray(given) ? { signal: given } : given
    for (const [name, call] of everyCall(rig.gantry, [])) {
      expect([name, (await call(settings as never)).error?.code]).toEqual([name, 'invalid'])
    }
    expect(await rig.paths('')).toEqual([])
  })
})

test('what cannot be kept as JSON is invalid', async () => {
  const rig = new GantryRig()
  const cycle: { [key: string]: unknown } = {}
  cycle['self'] = cycle
  const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as unknown
  for (const state of [undefined, () => {}, Symbol('x'), 1n, cycle, deep, proxy]) {
    expect((await rig.gantry.storage.uploadMetadata(state)).error?.code).toBe('invalid')
  }
  expect(await rig.paths('')).toEqual([])
})

test('terms that are none are invalid', async () => {
  const { gantry } = new GantryRig()
  const bad = [{ expiresIn: 'soon' }, { expiresIn: {} }, { expiresIn: 0 }, { maxOpens: 0 }, { maxOpens: 1.5 }]
  const worse = [{ maxOpens: '1' }, { maxOpens: {} }, { passphrase: '' }, { passphrase: 7 }, { tokenRequired: 'yes' }]
  for (const terms of [...bad, ...worse]) {
    expect((await gantry.storage.uploadMetadata({}, terms as never)).error?.code).toBe('invalid')
  }
})

test.each([{ expiresIn: 1e12 }, { expiresIn: '9999999999w' }, { expiresIn: '99999999999s' }, { maxOpens: 1e20 }])(
  'terms that are too large are told the limit: %j',
  async (terms) => {
    const { gantry } = new GantryRig()
    const { error } = await gantry.storage.uploadMetadata({}, terms)
    expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining('at most') })
  },
)

test('a misspelt term makes no share that is open to more than was meant', async () => {
  const rig = new GantryRig()
  const misspelt = { passPhrase: 'correct horse' } as object
  expect((await rig.gantry.storage.uploadMetadata({}, misspelt)).error).toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('"passPhrase"'),
  })
  expect(await rig.paths('')).toEqual([])
  const escrow = { store: rig.store, platform: nodePlatform(), recipient: ['age1x'] }
  expect(() => createGantry(escrow)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('a trap as an argument is an error', async () => {
  const { gantry } = new GantryRig()
  const calls = [...everyCall(gantry, proxy)].filter(([name]) => !lenient.test(name))
  const errors = await Promise.all(calls.map(async ([, call]) => (await call({})).error))
  expect(errors.filter((error) => !(error instanceof GantryError))).toEqual([])
})

test('names of shares and workspaces that are none', async () => {
  const { gantry } = new GantryRig()
  for (const share of ['', '../objects/x', 'x#y', 'A'.repeat(23), 'gantry:s/x#1.y']) {
    expect((await gantry.shares.revoke(share)).error?.code).toBe('invalid')
    expect((await gantry.shares.audit(share)).error?.code).toBe('invalid')
  }
  expect((await gantry.workspace.ensureSources('no such id')).error?.code).toBe('not_found')
  expect((await gantry.workspace.create([], { shapes: 'x' } as never)).error?.code).toBe('invalid')
  expect((await gantry.workspace.create([], { id: '' })).error?.code).toBe('invalid')
  const { volumes } = await loadWorkspace(gantry)
  expect((await gantry.workspace.create([...volumes, ...volumes])).error?.code).toBe('invalid')
  valueOf(await gantry.workspace.create(volumes))
})

test('options that are wrong are invalid at once', () => {
  const platform = nodePlatform()
  const wrong = [
    {},
    { platform: {} },
    { platform, folder: '../x' },
    { platform, recipients: ['age1nobody'] },
    { platform, hub: 'http://hub.example' },
    { platform, hub: 'https://user:pass@hub.example' },
    { platform, hub: 'https://hub.example/?token=x' },
    { platform, hub: 7 },
  ]
  for (const options of wrong) {
    expect(() => createGantry(options as never)).toThrow(expect.objectContaining({ code: 'invalid' }) as Error)
  }
  const unreachable = () => createGantry({ platform, hub: 'https://hub.example' })
  expect(unreachable).toThrow(expect.objectContaining({ code: 'unsupported' }) as Error)
})

describe('expiresIn', () => {
  test.each([
    ['90s', 90],
    ['30m', 1800],
    ['12h', 43_200],
    ['7d', 604_800],
    ['2w', 1_209_600],
    [3600, 3600],
  ])('%s', (text, seconds) => expect(parseExpiresIn(text)).toBe(seconds))

  test('anything else is invalid', () => {
    const some = oneof(string(), double(), constantFrom('1', '-1d', '1y', '1d1h', '1.5h', '0s', '99999w'))
    assert(
      property(some, (text) => {
        if (typeof text === 'number' && Number.isInteger(text) && text > 0 && text < 3e9) return
        if (/^\d+\s*[smhdw]$/u.test(String(text)) && !/^(?:0s|99999w)$/u.test(String(text))) return
        expect(() => parseExpiresIn(text)).toThrow(GantryError)
      }),
    )
  })
})
