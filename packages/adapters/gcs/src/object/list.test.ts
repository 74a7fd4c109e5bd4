import { expect, test } from 'vitest'

import { failure, openStub, paths, uploadsOf } from '../test-rig.ts'

test('lists end where the service says to go on where it stands, and say so', async () => {
  let asked = 0
  const store = await openStub(({ url = '' }) => {
    asked += 1
    // A test that fails must end as well.
    const more = asked < 9
    if (url.includes('uploads')) {
      const upload = '<Upload><Key>a</Key><UploadId>x</UploadId></Upload><NextKeyMarker>a</NextKeyMarker>'
      const end = `<IsTruncated>${more}</IsTruncated>`
      return [200, {}, `<ListMultipartUploadsResult>${upload}${end}</ListMultipartUploadsResult>`]
    }
    return [200, {}, { items: [{ name: 'a', size: '1', generation: '1' }], ...(more && { nextPageToken: 'same' }) }]
  })
  expect(await failure(paths(store))).toMatchObject({ code: 'unsupported', retryable: false })
  expect(asked).toBe(2)
  asked = 0
  const read = async () => {
    for await (const { path } of uploadsOf(store).unfinished()) expect(path).toBe('a')
  }
  expect((await failure(read())).code).toBe('unsupported')
  expect(asked).toBe(2)
})
