import { rm } from 'node:fs/promises'

import { openCatalogue } from '@gantry/catalogue/node'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

/** Twice the same, at two places. */
async function benchWithTwo(): Promise<Workbench> {
  const bench = await Workbench.make()
  await bench.fill('src', 4)
  for (const [place, session] of [
    ['A', 'monday'],
    ['B', 'tuesday'],
  ] as const) {
    expect(await bench.gantry(['archive', 'src', place, '--session', session, '--no-manifest'])).toMatchObject({
      code: 0,
    })
  }
  return bench
}

async function contents(bench: Workbench, folder: string): Promise<Map<string, string>> {
  const paths = await bench.files(folder)
  return new Map(await Promise.all(paths.map(async (path) => [path, await bench.read(`${folder}/${path}`)] as const)))
}

describe('what lies in two places', { timeout: 120_000 }, () => {
  test('comes back of either session, and from the place that is named', async () => {
    await using bench = await benchWithTwo()
    const all = await contents(bench, 'src')
    for (const [folder, argv] of [
      ['R1', ['tuesday', 'R1']],
      ['R2', ['monday', 'R2', '--from', 'B']],
      ['R3', ['tuesday', 'R3', '--from', 'A']],
    ] as const) {
      expect(await bench.gantry(['restore', ...argv])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Copied 4 entries'),
      })
      expect(await contents(bench, folder)).toEqual(all)
    }
    await bench.write('src/new.dcm', 'new')
    await bench.gantry(['archive', 'src', 'B', '--session', 'tuesday', '--no-manifest'])
    expect((await bench.gantry(['restore', 'tuesday', 'R4'])).code).toBe(0)
    expect(await contents(bench, 'R4')).toEqual(await contents(bench, 'src'))
  })

  test('comes back when one of them is lost, by the paths of the session', async () => {
    await using bench = await benchWithTwo()
    const all = await contents(bench, 'src')
    await rm(bench.path('A'), { recursive: true })
    expect((await bench.gantry(['restore', 'tuesday', 'R1'])).code).toBe(0)
    expect(await contents(bench, 'R1')).toEqual(all)
    expect(await bench.gantry(['restore', 'monday', 'R2'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('4 entries could not be read there: the same bytes lie elsewhere too'),
    })
    expect(await contents(bench, 'R2')).toEqual(all)
    expect((await bench.gantry(['restore', 'monday', 'R2'])).code).toBe(0)

    await bench.fill('above/src', 4)
    await bench.gantry(['archive', 'above', 'C', '--session', 'wednesday', '--no-manifest'])
    await rm(bench.path('B'), { recursive: true })
    expect((await bench.gantry(['restore', 'monday', 'R4'])).code).toBe(0)
    expect(await contents(bench, 'R4')).toEqual(all)
  })

  test('what each of them has lost a part of is put together; what both have lost is told', async () => {
    await using bench = await benchWithTwo()
    const all = await contents(bench, 'src')
    const [first = '', second = ''] = [...all.keys()]
    await rm(bench.path('A', first))
    await rm(bench.path('B', second))
    expect((await bench.gantry(['restore', 'monday', 'R1'])).code).toBe(0)
    expect(await contents(bench, 'R1')).toEqual(all)
    await rm(bench.path('A', second))
    const told = await bench.gantry(['restore', 'monday', 'R2', '--json'])
    expect(told).toMatchObject({ code: 1 })
    expect(told.json.at(-1)).toMatchObject({ type: 'result', exit: 1 })
    expect([...(await contents(bench, 'R2')).keys()]).toEqual([...all.keys()].filter((path) => path !== second))
    await rm(bench.path('B'), { recursive: true })
    await rm(bench.path('A'), { recursive: true })
    for (const session of ['monday', 'tuesday']) {
      expect(await bench.gantry(['restore', session, 'R3'])).toMatchObject({ code: 1 })
    }
    expect(await bench.files('R3')).toEqual([])
  })

  test('of a place that cannot be opened any more, another is taken', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    const config = `export default { remotes: { shelf: { url: '${bench.path('A')}' } } }`
    await bench.write('gantry.config.ts', config)
    await bench.gantry(['archive', 'src', 'shelf:', '--session', 'monday', '--no-manifest'])
    await bench.gantry(['archive', 'src', 'B', '--session', 'tuesday', '--no-manifest'])
    await bench.write('gantry.config.ts', 'export default {}')
    expect((await bench.gantry(['restore', 'monday', 'R'])).code).toBe(0)
    expect(await contents(bench, 'R')).toEqual(await contents(bench, 'src'))
  })
})

test('a job that was planned before more was archived is not gone on with', { timeout: 60_000 }, async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 40, 20_000)
  await bench.gantry(['archive', 'src', 'A', '--session', 'monday', '--no-manifest'])
  const paused = await bench.gantry(['restore', 'monday', 'R', '--bwlimit', '200k', '--json'], {
    watch(text, interrupt) {
      if (text.includes('"entry:done"')) interrupt('signal')
    },
  })
  expect(paused.code).toBe(130)
  await bench.write('src/new.dcm', 'new')
  await bench.gantry(['archive', 'src', 'A', '--session', 'monday', '--no-manifest'])
  expect((await bench.gantry(['restore', 'monday', 'R'])).code).toBe(0)
  expect(await contents(bench, 'R')).toEqual(await contents(bench, 'src'))
})

test('a session of no entries is no success', async () => {
  await using bench = await Workbench.make()
  const catalogue = openCatalogue(bench.path('c.db'))
  await catalogue.note({ kind: 'archived', who: 'ada', session: { name: 'none' }, entries: 0, bytes: 0 })
  await catalogue.close()
  const { code, json } = await bench.gantry(['restore', 'none', 'R', '--catalogue', 'c.db', '--json'])
  expect({ code, json }).toMatchObject({ code: 1, json: [{ type: 'error', code: 'not_found' }] })
})

test(
  'what is there with other bytes is left alone, and told of, unless it is to be replaced',
  { timeout: 60_000 },
  async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 3)
    expect((await bench.gantry(['archive', 'src', 'A', '--session', 's', '--no-manifest'])).code).toBe(0)
    const before = await contents(bench, 'src')
    const [mine = '', gone = ''] = [...before.keys()]
    await bench.write(`src/${mine}`, 'my notes')
    await rm(bench.path(`src/${gone}`))
    const left = await bench.gantry(['restore', 's', 'src'])
    expect(left).toMatchObject({ code: 1, stdout: expect.stringContaining('--overwrite replaces it') })
    expect(left.stdout).toContain(mine)
    expect(await bench.read(`src/${mine}`)).toBe('my notes')
    expect(await bench.read(`src/${gone}`)).toBe(before.get(gone))
    const again = await bench.gantry(['restore', 's', 'src'])
    expect(again.stdout).toContain('Nothing to do: 2 of 3 entries are there already')
    expect(again.stdout).toContain('1 entry of it is there with other bytes')
    expect((await bench.gantry(['restore', 's', 'src', '--overwrite'])).code).toBe(0)
    expect(await contents(bench, 'src')).toEqual(before)
    expect((await bench.gantry(['restore', 's', 'src'])).code).toBe(0)
  },
)
