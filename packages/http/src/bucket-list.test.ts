import { describe, expect, test } from 'vitest'

import { parseBucketList } from './bucket-list.ts'

const page = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`

describe('pages of a list', () => {
  test('as AWS writes them', () => {
    const xml = page(`<Name>bucket</Name><Prefix></Prefix><NextContinuationToken>1/a&amp;b==</NextContinuationToken>
      <KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <Contents><Key>a+b%26%3CKey%3E</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>
      <ETag>&quot;0123&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><Size>5</Size>
      <Owner><ID>x</ID></Owner><StorageClass>GLACIER</StorageClass></Contents>
      <Contents><Key>c</Key><ETag>"4567-2"</ETag><Size>9007199254740991</Size></Contents>`)
    expect(parseBucketList(xml)).toEqual({
      objects: [
        {
          key: 'a b&<Key>',
          size: 5,
          etag: '"0123"',
          storageClass: 'GLACIER',
          lastModified: '2026-01-01T00:00:00.000Z',
        },
        { key: 'c', size: Number.MAX_SAFE_INTEGER, etag: '"4567-2"' },
      ],
      next: '1/a&b==',
    })
  })

  test('of a service that does not encode keys', () => {
    const xml = page('<Contents><Key>a+b%20&lt;&#x26;&#228;&unknown;</Key><Size>0</Size></Contents>')
    expect(parseBucketList(xml)).toMatchObject({ objects: [{ key: 'a+b%20<&ä&unknown;' }], next: undefined })
  })

  test('of nothing', () => {
    expect(parseBucketList(page('<IsTruncated>false</IsTruncated>'))).toEqual({ objects: [], next: undefined })
  })

  test('with attributes and blanks, as XML allows them', () => {
    const xml = page(`<IsTruncated> true\n</IsTruncated><NextContinuationToken>x</NextContinuationToken>
      <EncodingType>\nurl </EncodingType><Prefix/><Prefix /><KeyCount>1</KeyCount>
      <Contents xmlns=""><Key >a+b</Key ><Size a="b"> 5 </Size></Contents >`)
    expect(parseBucketList(xml)).toMatchObject({ objects: [{ key: 'a b', size: 5 }], next: 'x' })
  })

  test('a token without more to come is not followed', () => {
    const xml = page('<NextContinuationToken>x</NextContinuationToken><IsTruncated>false</IsTruncated>')
    expect(parseBucketList(xml).next).toBeUndefined()
  })

  test.each([
    ['cut off', page('<Contents><Key>a</Key></Contents>').slice(0, -5), 'unavailable'],
    ['none at all', '<html>Please log in.</html>', 'unavailable'],
    ['empty', '', 'unavailable'],
    ['without a way on', page('<IsTruncated>true</IsTruncated>'), 'unsupported'],
    ['of a length that is none', page('<Contents><Key>a</Key><Size>abc</Size></Contents>'), 'unavailable'],
    ['of a length that is less than none', page('<Contents><Key>a</Key><Size>-5</Size></Contents>'), 'unavailable'],
    ['without a length', page('<Contents><Key>a</Key></Contents>'), 'unavailable'],
    ['without a name', page('<Contents><Key></Key><Size>1</Size></Contents>'), 'unavailable'],
    ['with an object that does not end', page('<Contents><Key>a</Key><Size>1</Size>'), 'unavailable'],
    ['that may have an end or not', page('<IsTruncated>yes</IsTruncated>'), 'unavailable'],
  ])('%s', (_, xml, code) => {
    expect(() => parseBucketList(xml)).toThrow(expect.objectContaining({ code }))
  })

  test('that says to go on where it stands', () => {
    const xml = page('<NextContinuationToken>x</NextContinuationToken><IsTruncated>true</IsTruncated>')
    expect(parseBucketList(xml, 'w').next).toBe('x')
    expect(() => parseBucketList(xml, 'x')).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })
})
