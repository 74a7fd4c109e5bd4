import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { smallWorkspace } from '../fixtures/small-workspace.ts'
import { checkPackages } from './gates.ts'

test('a package that works for who installs it', async () => {
  expect(await checkPackages(smallWorkspace({}))).toEqual([])
})

test('a build that still imports TypeScript', async () => {
  const root = smallWorkspace({ 'packages/core/dist/index.js': "export * from '../src/index.ts'\n" })
  expect(await checkPackages(root)).toEqual([expect.stringContaining('@gantry/core does not load')])
})

test('a build without its types', async () => {
  const root = smallWorkspace({ 'packages/core/dist/index.d.ts': "export * from './gone.js'\n" })
  expect(await checkPackages(root)).toContainEqual(expect.stringContaining('InternalResolutionError'))
})

test('a build of what is left out of the sources', async () => {
  const root = smallWorkspace({ 'packages/core/dist/index.test.js': '' })
  expect(await checkPackages(root)).toEqual([expect.stringContaining('dist/index.test.js is shipped')])
})

test('a core that has grown too heavy', async () => {
  const heavy = `export const noise = '${randomBytes(60_000).toString('base64')}'\n`
  const root = smallWorkspace({ 'packages/core/dist/index.js': heavy })
  expect(await checkPackages(root)).toEqual([expect.stringMatching(/KiB of gzipped JavaScript, more than 54$/)])
})
