import { chown } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { spawnGantry } from '../../testing/bin.ts'
import { Workbench } from '../../testing/workbench.ts'
import { loadConfig } from './load-config.ts'

test('the next one above is found, whatever its kind', async () => {
  await using bench = await Workbench.make()
  await bench.write('gantry.config.json', '{ "remotes": { "pacs": "s3://bucket" } }')
  await bench.write('a/gantry.config.js', 'export default { remotes: { inner: { url: "./x" } } }')
  await bench.write('a/b/c/file', '')
  await bench.write(
    't/gantry.config.ts',
    'const remotes: Record<string, string> = { typed: "./x" }\nexport default { remotes }',
  )
  expect(await loadConfig(bench.path('a/b/c'), bench.env)).toMatchObject({
    file: bench.path('a/gantry.config.js'),
    folder: bench.path('a'),
    remotes: { inner: { url: './x' } },
  })
  expect(await loadConfig(bench.folder, bench.env)).toMatchObject({ remotes: { pacs: 's3://bucket' }, adapters: [] })
  expect(await loadConfig(bench.path('t'), bench.env)).toMatchObject({ remotes: { typed: './x' } })
})

test("the user's own comes after those, and a named one before all", async () => {
  await using bench = await Workbench.make()
  await bench.write('home/.config/gantry/gantry.config.json', '{ "remotes": { "home": "/data" } }')
  await bench.write('xdg/gantry/gantry.config.json', '{ "remotes": { "xdg": "/data" } }')
  await bench.write('work/other.json', '{ "remotes": { "other": "/data" } }')
  const [cwd, home] = [bench.path('work'), bench.path('home')]
  expect((await loadConfig(cwd, { HOME: home })).remotes).toHaveProperty('home')
  expect((await loadConfig(cwd, { HOME: home, XDG_CONFIG_HOME: bench.path('xdg') })).remotes).toHaveProperty('xdg')
  expect((await loadConfig(cwd, { HOME: home }, 'other.json')).remotes).toHaveProperty('other')
  expect((await loadConfig(cwd, { HOME: home, GANTRY_CONFIG: join(cwd, 'other.json') })).remotes).toHaveProperty(
    'other',
  )
  await expect(loadConfig(cwd, { HOME: home }, 'nix.json')).rejects.toThrow('There is no configuration file')
})

test('what it imports of Gantry is the own of this command, where there is no other', async () => {
  await using bench = await Workbench.make()
  const text = "import { defineConfig } from '@gantry/cli'\nexport default defineConfig({ remotes: { mine: './x' } })\n"
  await bench.write('gantry.config.ts', text)
  await bench.write('x/file', 'a file')
  const places = { cwd: bench.folder, env: bench.env }
  expect(await spawnGantry(['ls', 'mine:'], places)).toMatchObject({ code: 0, stdout: expect.stringMatching(/file/u) })
  await bench.write('gantry.config.ts', "import 'no-such-package'\nexport default {}\n")
  expect(await spawnGantry(['ls', 'mine:'], places)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no-such-package/u),
  })
})

test('what is wrong in JSON has one line', async () => {
  await using bench = await Workbench.make()
  await bench.write('a.json', '{\n  // where\n  "remotes": {}\n}\n')
  const wrong = await loadConfig(bench.folder, bench.env, 'a.json').catch((error: unknown) => String(error))
  expect(wrong).toMatch(/\(line 2 column 3\)$/u)
})

test.skipIf(process.getuid?.() !== 0)('root runs that of nobody else, unless it is named', async () => {
  await using bench = await Workbench.make()
  await bench.write('gantry.config.json', '{ "remotes": { "pacs": "s3://bucket" } }')
  await chown(bench.path('gantry.config.json'), 4711, 4711)
  await expect(loadConfig(bench.folder, bench.env)).rejects.toThrow('belongs to another user')
  await expect(loadConfig(bench.folder, { ...bench.env, SUDO_UID: '4711' })).rejects.toThrow('belongs to another user')
  expect((await loadConfig(bench.folder, bench.env, 'gantry.config.json')).remotes).toHaveProperty('pacs')
})

test.each([
  ['a.json', '{\n  "remotes": { "a": 1,, }\n}', '(line 2 column '],
  ['c.ts', 'const config: object = { remotes: { a: "./x" } }', 'says export default {'],
  ['d.js', 'export const remotes = { aa: "./x" }', 'says export default {'],
  ['a.js', 'export default {\n  remotes: { a: 1,, }\n}', 'a.js:2)'],
  ['a.ts', 'const x: number = 1\nexport default {\n  remotes: { a: 1,, }\n}', 'a.ts:3)'],
  ['b.js', "const x = 1\n\nthrow new Error('of its own')\nexport default x", 'of its own ('],
  ['image.dcm', 'DICM', 'ends with .ts, .js or .json'],
])('what is wrong in %s is told with its line', async (name, text, message) => {
  await using bench = await Workbench.make()
  await bench.write(name, text)
  await bench.write('x/file', '')
  const { code, stderr } = await spawnGantry(['ls', 'x', '--config', name], { cwd: bench.folder, env: bench.env })
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(stderr).not.toContain('Node 22.18')
})

test('one that waits for what never comes is told of', async () => {
  await using bench = await Workbench.make()
  await bench.write('x/file', '')
  await bench.write('gantry.config.js', 'await new Promise(() => {})\nexport default {}\n')
  const { code, stderr } = await spawnGantry(['ls', 'x'], { cwd: bench.folder, env: bench.env })
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^gantry: The configuration .*gantry\.config\.js cannot be read: it waits for something that never comes\.\n$/u,
  )
})

test('no configuration is fine', async () => {
  await using bench = await Workbench.make()
  expect(await loadConfig(bench.folder, bench.env)).toMatchObject({ file: undefined, remotes: {}, adapters: [] })
})

test.each([
  ['{ "remote": {} }', 'remote'],
  ['{ "remotes": { "a": "s3://bucket" } }', 'two or more letters'],
  ['{ "remotes": { "pacs": { "uri": "s3://bucket" } } }', 'remotes.pacs: A remote is a URL, or { url, options }.'],
  ['{ "remotes": { "pacs": 5 } }', 'remotes.pacs'],
  ['{ "remotes": { "s3": "s3://bucket" } }', 'scheme of URLs'],
  ['{ "adapters": [5] }', 'adapters.0: An adapter is the name of a package'],
  ['{ "adapters": "x" }', 'adapters: It has to be a list'],
  ['{ "remote": {} }', '"remote" is not known there'],
  ['[]', 'It has to be an object'],
  ['{ "remotes"', 'cannot be read'],
])('%s is refused with the place that is wrong', async (text, message) => {
  await using bench = await Workbench.make()
  await bench.write('gantry.config.json', text)
  await expect(loadConfig(bench.folder, bench.env)).rejects.toThrow(message)
})
