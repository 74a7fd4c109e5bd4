import { encodeDataSet, encodingOf, transferSyntaxes, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { sampleIdentity } from '../../samples/sample-files.ts'
import { parseHeader } from './read-header.ts'
import { parseIdentity } from './read-image.ts'

/** An image with so many empty private elements behind its UIDs. */
function fileWith(count: number): Uint8Array {
  const { sopClassUID, sopInstanceUID, studyInstanceUID, seriesInstanceUID } = sampleIdentity
  const head = writeDicom({
    dataSet: [
      [0x00080016, 'UI', sopClassUID],
      [0x00080018, 'UI', sopInstanceUID],
      [0x0020000d, 'UI', studyInstanceUID],
      [0x0020000e, 'UI', seriesInstanceUID],
    ],
  })
  const elements = new Uint8Array(8 * count)
  const view = new DataView(elements.buffer)
  for (let index = 0; index < count; index += 1) {
    view.setUint16(8 * index, 0x0021 + 2 * (index >> 15), true)
    view.setUint16(8 * index + 2, 0x1000 + (index & 0x7fff), true)
    view.setUint16(8 * index + 4, 0x4f4c, true)
  }
  const rows = encodeDataSet([[0x7fe00001, 'OV', new Uint8Array(8)]], encodingOf(transferSyntaxes.explicit))
  return Buffer.concat([head, elements, rows])
}

test('a header of more elements than there are of a group is read', () => {
  const header = parseHeader(fileWith(70_000))
  expect(header.elements).toHaveLength(70_005)
  expect(header.identifiers).toMatchObject(sampleIdentity)
})

test('one of more than are kept has an identity all the same', () => {
  const bytes = fileWith(500_001)
  expect(parseIdentity(bytes)).toMatchObject(sampleIdentity)
  expect(() => parseHeader(bytes)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('more than 500000 elements') }),
  )
})
