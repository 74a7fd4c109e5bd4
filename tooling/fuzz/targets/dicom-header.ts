import {
  bytesSource,
  type DicomHeader,
  frameRanges,
  type HeaderSource,
  parseHeader,
  parseImage,
  PassingFile,
  readHeader,
  readImage,
  stringifyDicomJson,
  toDicomJson,
} from '@gantry/dicom'
import { phantom, type TransferSyntaxName, transferSyntaxes } from '@gantry/testkit/phantom'

import { hold, valueOrCode } from '../expect.ts'
import type { Target } from '../target.ts'

export const dicomHeader: Target = {
  name: 'dicom-header',
  invariants:
    'refusals are errors with codes; nothing outside of the file is asked for; read from a source and from memory, a header is the same, and of what passes, in whatever chunks; frames lie in the file',
  words: ['DICM', 'UN', 'SQ', 'OW', 'OB', 'UI', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2'],
  async seeds() {
    const files: Uint8Array[] = []
    for (const syntax of Object.keys(transferSyntaxes) as TransferSyntaxName[]) {
      for await (const { bytes } of phantom({ size: 8, slices: 1, syntax })) files.push(bytes)
    }
    return files
  },
  open: () => ({
    async run(input) {
      const parsed = await valueOrCode(() => parseHeader(input))
      const read = await valueOrCode(async () => await readHeader(within(input)))
      hold('code' in parsed === 'code' in read, 'one reader refuses what the other takes')
      if ('code' in parsed && 'code' in read)
        hold(parsed.code === read.code, `${parsed.code} and ${read.code} of one file`)
      const image = await valueOrCode(() => parseImage(input, { keywords: ['PatientID', 'StudyDate', 'Rows'] }))
      const same = await valueOrCode(
        async () => await readImage(within(input), { keywords: ['PatientID', 'StudyDate', 'Rows'] }),
      )
      hold(JSON.stringify(image) === JSON.stringify(same), 'an image is another one from memory')
      if ('value' in parsed && 'value' in read) {
        const texts = await Promise.all(
          [parsed.value, read.value].map(async (header) => await valueOrCode(() => textOf(header))),
        )
        hold(JSON.stringify(texts[0]) === JSON.stringify(texts[1]), 'a header is another one from memory')
        await tryFrames(input, read.value)
      }
      const passed = passing(input, input.length + 1)
      hold(passed === passing(input, 5), 'what passes is another file in other chunks')
      if ('code' in parsed) hold(!passed.startsWith('whole'), 'a file that cannot be read is whole as it passes')
      return 'value' in image
    },
  }),
}

function textOf(header: DicomHeader): string {
  return stringifyDicomJson(toDicomJson(header, { metaInformation: true, bulkDataURI: ({ path }) => path }))
}

function passing(bytes: Uint8Array, size: number): string {
  const file = new PassingFile()
  for (let at = 0; at < bytes.length; at += size) file.push(bytes.subarray(at, at + size))
  return `${file.end()} ${JSON.stringify(file.image)}`
}

/** Says no to whoever asks for what is not there. */
function within(bytes: Uint8Array): HeaderSource {
  const source = bytesSource(bytes)
  return {
    size: bytes.length,
    async read(start, end) {
      hold(Number.isSafeInteger(start) && Number.isSafeInteger(end), 'what is asked for is no range')
      hold(
        start >= 0 && start <= end && start <= bytes.length,
        `${start} to ${end} of ${bytes.length} bytes is asked for`,
      )
      return await source.read(start, end)
    },
  }
}

async function tryFrames(input: Uint8Array, header: DicomHeader): Promise<void> {
  const ranges = await valueOrCode(async () => await frameRanges(within(input), { header }))
  if (!('value' in ranges)) return
  const { value } = ranges
  for (const number of new Set([1, 2, value.numberOfFrames])) {
    const located = await valueOrCode(async () => await value.locate(number))
    const read = await valueOrCode(async () => {
      let length = 0
      for await (const chunk of value.read(number)) length += chunk.length
      return length
    })
    if ('value' in located && 'value' in read && !value.inflated) {
      hold(read.value <= input.length + 8, `a frame of ${read.value} bytes in a file of ${input.length}`)
    }
  }
}
