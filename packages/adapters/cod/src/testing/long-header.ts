import { type DataSet, encodeDataSet, encodingOf, transferSyntaxes, writeDicom } from '@gantry/testkit/phantom'

import { type ImageFile, imageFile } from './store-all.ts'

/** Images of one series whose headers are mostly one sequence of so many items, of some 200 bytes each. */
export async function longHeaders(count: number, items: number): Promise<ImageFile[]> {
  const files: ImageFile[] = []
  for (let number = 1; number <= count; number += 1) {
    const sequence = Array.from({ length: items }, (_, index): DataSet => [
      [0x00200032, 'DS', [`${index}.25`, `-${number}.5`, '100.125']],
      [
        0x00209111,
        'SQ',
        {
          items: [
            [
              [0x00189151, 'DT', '20200101120000.000000'],
              [0x00209157, 'UL', [number, index]],
            ],
          ],
        },
      ],
      [
        0x00289110,
        'SQ',
        {
          items: [
            [
              [0x00180050, 'DS', '1.25'],
              [0x00280030, 'DS', ['0.5', '0.5']],
            ],
          ],
        },
      ],
      [0x00290010, 'LO', 'Some words of nobody'],
    ])
    const uid = '1.2.826.0.1.3680043.10.1400.1'
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'],
      [0x00080018, 'UI', `${uid}.1.${number}`],
      [0x00080060, 'CS', 'CT'],
      [0x00100020, 'LO', 'LONG'],
      [0x0020000d, 'UI', uid],
      [0x0020000e, 'UI', `${uid}.1`],
      [0x00280002, 'US', 1],
      [0x00280008, 'IS', 1],
      [0x00280010, 'US', 8],
      [0x00280011, 'US', 8],
      [0x00280100, 'US', 16],
      [0x52009230, 'SQ', itemsOf(sequence)],
      [0x7fe00010, 'OW', new Uint8Array(128)],
    ]
    files.push(await imageFile(writeDicom({ dataSet })))
  }
  return files
}

function itemsOf(items: readonly DataSet[]): Uint8Array {
  const encoding = encodingOf(transferSyntaxes.explicit)
  return Buffer.concat(
    items.flatMap((item) => {
      const bytes = encodeDataSet(item, encoding)
      const head = Buffer.alloc(8)
      head.writeUInt16LE(0xfffe, 0)
      head.writeUInt16LE(0xe000, 2)
      head.writeUInt32LE(bytes.length, 4)
      return [head, bytes]
    }),
  )
}
