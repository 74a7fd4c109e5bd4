import { openStore } from '@gantry/core'
import { expect, test } from 'vitest'

import { dicomwebAdapter, plainDicomwebAdapter } from './index.ts'
import { dicomwebAdapter as nodeAdapter, plainDicomwebAdapter as plainNodeAdapter } from './node.ts'
import { rootOf } from './parse-url.ts'

test('a URL names the root of a service', () => {
  expect(rootOf('dicomweb://pacs.test/dicom-web')).toBe('https://pacs.test/dicom-web')
  expect(rootOf('dicomweb+http://127.0.0.1:8042/dicom-web')).toBe('http://127.0.0.1:8042/dicom-web')
})

test.each([
  'dicomweb://',
  'dicomweb://user:secret@pacs.test/x',
  'dicomweb://pacs.test/x?token=secret',
  'dicomweb://pacs.test/x#secret',
  'dicomweb://pacs.test/x/studies/1.2',
  'https://pacs.test',
])('%s names none', (url) => {
  expect(() => rootOf(url)).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(() => rootOf(url)).not.toThrow(/secret/u)
})

test.each([
  ['fetch', dicomwebAdapter, plainDicomwebAdapter],
  ['node:http', nodeAdapter, plainNodeAdapter],
] as const)('adapters over %s', async (_name, secure, plain) => {
  const adapters = [secure, plain]
  const store = await openStore('dicomweb://pacs.test/dicom-web', adapters, { token: 'secret' })
  expect(store.url).toBe('dicomweb://pacs.test/dicom-web')
  await store.close()
  await (await openStore('dicomweb+http://localhost/dicom-web', adapters)).close()
  await (await openStore('dicomweb+http://pacs.test', adapters, { insecure: true })).close()
  await expect(openStore('dicomweb+http://pacs.test', adapters)).rejects.toMatchObject({ code: 'invalid' })
  await expect(openStore('dicomweb://pacs.test', adapters, { transferSyntax: 'x' })).rejects.toMatchObject({
    code: 'invalid',
  })
})

test('a path that is not where its UIDs say is refused before anything is sent', async () => {
  const store = await openStore('dicomweb://pacs.test', [dicomwebAdapter])
  const body = (async function* () {
    yield new Uint8Array(1)
  })()
  await expect(store.write({ path: 'folder/1.dcm', size: 1 }, body)).rejects.toMatchObject({ code: 'invalid' })
})
