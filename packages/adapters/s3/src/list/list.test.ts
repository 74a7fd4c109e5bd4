import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DoubleRig, entriesOf, failure, list, openStub, put, uploadsOf } from '../test-rig.ts'

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

describe('lists', () => {
  test('pass over markers of folders, and leave other odd names to the caller', async () => {
    const client = new S3Client(rig.server.clientConfig)
    const foreign = async (Key: string, Body: string) =>
      await client.send(new PutObjectCommand({ Bucket: 'gantry', Key, Body: Buffer.from(Body) }))
    await foreign('folder/', '')
    await foreign('folder/deep/', '')
    await foreign('folder/deep//entry', 'x')
    await foreign('folder/slash/', 'not empty')
    client.destroy()
    const store = rig.open({ prefix: '/folder/' })
    await put(store, 'entry')
    const refused: string[] = []
    const entries = await entriesOf(store.list({}, { onRefused: (name) => refused.push(name) }))
    expect(entries.map(({ path }) => path)).toEqual(['entry'])
    expect(refused).toEqual(['deep//entry', 'slash/'])
  })

  test('hold nothing of a prefix that only begins alike', async () => {
    await put(rig.open({ prefix: 'study' }), 'a')
    await put(rig.open({ prefix: 'study-2' }), 'b')
    expect((await list(rig.open({ prefix: 'study' }))).map(({ path }) => path)).toEqual(['a'])
    expect((await list(rig.open())).map(({ path }) => path)).toEqual(['study-2/b', 'study/a'])
  })

  test('end where the service says to go on where it stands, and say so', async () => {
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
      const token = more ? '<NextContinuationToken>same</NextContinuationToken>' : ''
      const object = '<Contents><Key>a</Key><Size>1</Size></Contents>'
      return [200, {}, `<ListBucketResult><IsTruncated>${more}</IsTruncated>${token}${object}</ListBucketResult>`]
    })
    expect(await failure(list(store))).toMatchObject({ code: 'unsupported', retryable: false })
    expect(asked).toBe(2)
    asked = 0
    const read = async () => {
      for await (const { path } of uploadsOf(store).unfinished()) expect(path).toBe('a')
    }
    expect((await failure(read())).code).toBe('unsupported')
    expect(asked).toBe(2)
  })
})
