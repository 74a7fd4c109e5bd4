import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { bytesSource } from '../source/header-source.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { readHeader } from './read-header.ts'
import { readTrailing } from './read-trailing.ts'

const before: DataSet = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00080018, 'UI', '1.2.3.4'],
]
const native: DataSet = [[0x7fe00010, 'OW', new Uint8Array(100_000)]]
const fragments = (count: number): DataSet => [
  [0x7fe00010, 'OB', { fragments: Array.from({ length: count }, () => new Uint8Array(20)) }],
]
const behind: DataSet = [
  [0x7fe10010, 'LO', 'ACME'],
  [0x7fe11001, 'OB', new Uint8Array(200_000)],
  [0xfffafffa, 'SQ', { items: [[[0x04000010, 'US', 1]]] }],
  [0xfffcfffc, 'OB', new Uint8Array(10)],
]

async function trailing(bytes: Uint8Array) {
  let reads = 0
  const inner = bytesSource(bytes)
  const source: HeaderSource = {
    size: bytes.length,
    async read(start, end) {
      reads += 1
      return await inner.read(start, end)
    },
  }
  const header = await readHeader(source, { checkPixelData: false })
  reads = 0
  const elements = await readTrailing(source, header)
  return { elements, reads, tags: elements.map(({ tag }) => tag.toString(16)) }
}

const jpeg = '1.2.840.10008.1.2.4.50'

test.each([
  ['native', native, 'explicit'],
  ['native, implicit', native, 'implicit'],
  ['native, big endian', native, '1.2.840.10008.1.2.2'],
  ['encapsulated', fragments(3), jpeg],
] as const)('what stands behind pixel data is read, and not what is too long: %s', async (_name, pixels, syntax) => {
  const bytes = writeDicom({ dataSet: [...before, ...pixels, ...behind], syntax })
  const { elements, tags } = await trailing(bytes)
  expect(tags).toEqual(['7fe10010', '7fe11001', 'fffafffa', 'fffcfffc'])
  expect(elements[1]).toMatchObject({ length: 200_000, value: undefined })
  const { offset = 0 } = elements[0] ?? {}
  expect(Buffer.from(bytes.subarray(offset, offset + 4)).toString('latin1')).toBe('ACME')
})

test.each([
  ['native', native, 'explicit', 0],
  ['encapsulated', fragments(3), jpeg, 1],
] as const)('a file that ends with its pixel data costs next to nothing: %s', async (_name, pixels, syntax, reads) => {
  const bytes = writeDicom({ dataSet: [...before, ...pixels], syntax })
  expect(await trailing(bytes)).toMatchObject({ tags: [], reads })
})

test('what is no data set is none, and neither is what comes after too many fragments', async () => {
  const garbage = Buffer.concat([writeDicom({ dataSet: [...before, ...native] }), Buffer.from('no elements at all')])
  expect((await trailing(garbage)).tags).toEqual([])
  const many = writeDicom({ dataSet: [...before, ...fragments(5000), ...behind], syntax: jpeg })
  const { tags, reads } = await trailing(many)
  expect(tags).toEqual([])
  expect(reads).toBeLessThan(10)
})
