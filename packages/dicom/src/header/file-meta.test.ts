import { writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { fileMeta } from './file-meta.ts'
import { parseHeader } from './read-header.ts'

test('what is put before a data set makes a file of it', () => {
  const bare = writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '1.2.3.4'],
      [0x0020000d, 'UI', '1.2'],
    ],
    preamble: false,
    meta: false,
    syntax: 'implicit',
  })
  const front = fileMeta({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUID: '1.2.3.4',
    transferSyntaxUID: '1.2.840.10008.1.2',
    implementationClassUID: '2.25.1',
    implementationVersionName: 'TEST',
  })
  const { preamble, meta, elements, transferSyntax } = parseHeader(Buffer.concat([front, bare]))
  expect([preamble, transferSyntax.uid, elements.length]).toEqual([true, '1.2.840.10008.1.2', 3])
  expect(meta.map(({ tag }) => tag - 0x00020000)).toEqual([0, 1, 2, 3, 0x10, 0x12, 0x13])
  const length = new DataView(front.buffer).getUint32(140, true)
  expect(front.length).toBe(144 + length)
})
