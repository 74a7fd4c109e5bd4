import { collect } from '@gantry/core'
import { expect, test } from 'vitest'

import { dicomwebClient } from './index.ts'

const instance = { study: '1.2', series: '1.2.3', instance: '1.2.3.4' }

function rig(status = 200) {
  const seen: { url: string; headers: Headers }[] = []
  const fetch = async (url: string, init: RequestInit) => {
    seen.push({ url, headers: new Headers(init.headers) })
    return new Response('a picture', { status, headers: { 'content-type': 'image/jpeg' } })
  }
  return { seen, fetch }
}

test('a rendered picture is asked for as the standard has it', async () => {
  const { seen, fetch } = rig()
  const client = dicomwebClient({ root: 'https://pacs.test/dicom-web/', fetch, headers: { 'x-key': 'k' } })
  const window = { center: 40, width: 400 }
  const { contentType, body } = await client.retrieveRendered(instance, { frames: [1, 2], viewport: [64, 64], window })
  expect(contentType).toBe('image/jpeg')
  expect(Buffer.from(await collect(body)).toString()).toBe('a picture')
  expect(seen[0]?.url).toBe(
    'https://pacs.test/dicom-web/studies/1.2/series/1.2.3/instances/1.2.3.4/frames/1,2/rendered?viewport=64,64&window=40,400,linear',
  )
  expect(seen[0]?.headers.get('x-key')).toBe('k')
  expect(seen[0]?.headers.get('authorization')).toBeNull()
})

test('who asks', async () => {
  const { seen, fetch } = rig()
  const root = 'https://pacs.test'
  await dicomwebClient({ root, fetch, user: 'Jörg', password: 'geheim:1' }).retrieveRendered(instance)
  await dicomwebClient({ root, fetch, token: 'abc' }).retrieveRendered(instance)
  const basic = `Basic ${Buffer.from('Jörg:geheim:1').toString('base64')}`
  expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual([basic, 'Bearer abc'])
})

test.each([
  [{ root: 'http://pacs.test' }],
  [{ root: 'https://user:secret@pacs.test' }],
  [{ root: 'https://pacs.test/?key=secret' }],
  [{ root: 'pacs.test' }],
  [{ root: 'https://pacs.test', user: 'alice' }],
  [{ root: 'https://pacs.test', password: 'secret' }],
  [{ root: 'https://pacs.test', user: 'a:b', password: 'secret' }],
  [{ root: 'https://pacs.test', token: 'secret', user: 'alice', password: 'secret' }],
])('%j is refused, without its secrets', (options) => {
  expect(() => dicomwebClient(options)).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(() => dicomwebClient(options)).not.toThrow(/secret/u)
})

test('without TLS within this machine, and beyond it where that is wanted', () => {
  expect(() => dicomwebClient({ root: 'http://127.0.0.1:8042/dicom-web' }).close()).not.toThrow()
  expect(() => dicomwebClient({ root: 'http://pacs.test', insecure: true }).close()).not.toThrow()
})

test.each(['', '../x', '1.2/3', '1'.repeat(129), '1.2.'])('%j names no resource', async (uid) => {
  const { seen, fetch } = rig()
  const client = dicomwebClient({ root: 'https://pacs.test', fetch })
  await expect(client.retrieveRendered({ ...instance, series: uid })).rejects.toMatchObject({ code: 'invalid' })
  expect(seen).toHaveLength(0)
})
