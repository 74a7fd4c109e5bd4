import { describe, expect, test } from 'vitest'

import { addToCrc32c, base64OfHex, hexOfCrc } from '../bytes/crc32c.ts'
import { failure, large, openStub, putParts } from '../test-rig.ts'

type Told = { readonly [name: string]: string }

describe('another object where the parts were joined', () => {
  const crcOf = (bytes: Uint8Array) => base64OfHex(hexOfCrc(addToCrc32c(bytes)))
  const right = { 'x-goog-hash': `crc32c=${crcOf(large)}` }
  const crc32c = crcOf(Buffer.from('bad'))

  /** What becomes of it, by what the service told when it had joined them; what lies there is generation 9. */
  async function completed(told: Told) {
    const store = await openStub(({ method, url = '', headers }) => {
      if (method === 'PUT') return [200, { etag: '"x"', 'x-goog-hash': String(headers['x-goog-hash']) }]
      if (method === 'GET') return [200, {}, { name: 'entry', size: '3', generation: '9', crc32c }]
      const result = url.includes('uploads') ? 'InitiateMultipartUploadResult' : 'CompleteMultipartUploadResult'
      return [200, told, `<${result}><UploadId>id</UploadId></${result}>`]
    })
    const { uploads, upload, entry, parts } = await putParts(store)
    return uploads.complete(upload, entry, parts)
  }

  test.each<Told>([{}, { 'x-goog-generation': '9' }, { ...right, 'x-goog-generation': '9' }])(
    'is our own, and damaged, unless the service says otherwise: %j',
    async (told) => {
      expect(await failure(completed(told))).toMatchObject({ code: 'integrity' })
    },
  )

  test.each<[Told, object]>([
    [{ 'x-goog-generation': '8' }, { version: '8' }],
    [{ ...right, 'x-goog-generation': '8' }, { version: '8' }],
    [right, {}],
  ])('was written meanwhile, where the service has told of ours: %j', async (told, version) => {
    expect(await completed(told)).toEqual({ path: 'entry', size: large.length, ...version })
  })
})
