import { fileURLToPath } from 'node:url'

import { memoryAdapter } from '@gantry/memory'
import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { loadAdapters } from './load-adapters.ts'

const thirdParty = fileURLToPath(new URL('../../testing/third-party.ts', import.meta.url))

const adapter = (scheme: string) =>
  `export const adapter = { scheme: '${scheme}', summary: '', options: { shape: {} }, open() {} }`

test('adapters are taken as they are, or from what a module exports', async () => {
  const adapters = await loadAdapters([{ ...memoryAdapter, scheme: 'own' }, thirdParty], '/')
  expect(adapters.map(({ scheme }) => scheme)).toEqual(['own', 'demo'])
})

test('a package is looked for from the folder of the configuration', async () => {
  await using bench = await Workbench.make()
  await bench.write(
    'node_modules/@acme/azure/package.json',
    '{ "name": "@acme/azure", "type": "module", "exports": "./index.js" }',
  )
  await bench.write('node_modules/@acme/azure/index.js', adapter('azure'))
  const onlyImport = '{ "name": "only", "type": "module", "exports": { ".": { "import": "./esm.js" } } }'
  await bench.write('node_modules/only/package.json', onlyImport)
  await bench.write('node_modules/only/esm.js', adapter('only'))
  await bench.write('mine.js', adapter('mine'))
  const adapters = await loadAdapters(['@acme/azure', 'only', './mine.js'], bench.folder)
  expect(adapters.map(({ scheme }) => scheme)).toEqual(['azure', 'only', 'mine'])
})

test('what cannot be loaded, or is no adapter, is named', async () => {
  await using bench = await Workbench.make()
  await bench.write('none.js', 'export const x = 1')
  await expect(loadAdapters(['@acme/nix'], bench.folder)).rejects.toThrow('The adapter "@acme/nix"')
  await expect(loadAdapters(['./none.js'], bench.folder)).rejects.toThrow('exports no adapter')
})

test('a scheme has one adapter', async () => {
  await using bench = await Workbench.make()
  await bench.write('dup.js', adapter('s3'))
  const own = { ...memoryAdapter, scheme: 'own' }
  await expect(loadAdapters([own, { ...own }], '/')).rejects.toThrow('"own"')
  expect(await loadAdapters([own, own], '/')).toEqual([own])
  await expect(loadAdapters(['./dup.js'], bench.folder)).rejects.toThrow('is built in')
  await bench.write('gantry.config.json', JSON.stringify({ adapters: ['./dup.js'] }))
  const { code, stderr } = await bench.gantry(['ls', 's3://bucket'])
  expect(code).toBe(2)
  expect(stderr).toContain('Two adapters have the scheme "s3"')
})
