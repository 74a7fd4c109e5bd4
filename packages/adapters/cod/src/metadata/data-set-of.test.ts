import { zstdCompressSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { dataSetOf } from './data-set-of.ts'
import { parseInstance } from './instance.ts'

test("a record of Python's, with numbers that are none, is read", () => {
  const text = '{"00080060":{"vr":"CS","Value":["NaN"]},"00280030":{"vr":"DS","Value":[NaN,-Infinity]}}'
  const metadata = zstdCompressSync(Buffer.from(text)).toString('base64')
  const record = { headers: { start_byte: 0 }, size: 1, crc32c: 'AAAAAA==', version: '2.0', metadata }
  const instance = parseInstance('1.2', record)
  expect(instance === undefined ? undefined : dataSetOf(instance)).toEqual({
    '00080060': { vr: 'CS', Value: ['NaN'] },
    '00280030': { vr: 'DS', Value: ['NaN', '-Infinity'] },
  })
})
