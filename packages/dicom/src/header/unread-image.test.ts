import { writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { sampleBytes, sampleIdentity } from '../../samples/sample-files.ts'
import { blobSource } from '../source/header-source.ts'
import { seeImage } from './read-image.ts'

const { studyInstanceUID, seriesInstanceUID, sopInstanceUID, sopClassUID } = sampleIdentity

test('what is cut behind its UIDs tells them, and of the others those that were asked for', async () => {
  const bytes = writeDicom({
    dataSet: [
      [0x00080016, 'UI', sopClassUID],
      [0x00080018, 'UI', sopInstanceUID],
      [0x00080060, 'CS', 'OT'],
      [0x0020000d, 'UI', studyInstanceUID],
      [0x0020000e, 'UI', seriesInstanceUID],
      [0x00204000, 'LT', 'A comment that is cut.'],
    ],
  })
  const uids = {
    StudyInstanceUID: studyInstanceUID,
    SeriesInstanceUID: seriesInstanceUID,
    SOPInstanceUID: sopInstanceUID,
  }
  const see = async (cut: number, keywords: readonly string[] = []) =>
    await seeImage(blobSource(new Blob([bytes.subarray(0, -cut)])), { keywords })
  expect(await see(3)).toMatchObject({ uids, attributes: {}, whole: false })
  expect(await see(3, ['Modality'])).toMatchObject({ uids, attributes: { Modality: 'OT' }, whole: false })
  // Within the UID of the series: of that, nothing can be said.
  const { SeriesInstanceUID: _, ...before } = uids
  expect(await see(22 + 8 + 2)).toMatchObject({ uids: before, whole: false })
})

test('UIDs within sequences are not those of the image', async () => {
  const bytes = sampleBytes('JPEG')
  const study = Buffer.from(bytes).indexOf(studyInstanceUID)
  const seen = await seeImage(blobSource(new Blob([bytes.subarray(0, study + 2)])))
  expect(seen).toMatchObject({ uids: { SOPInstanceUID: sopInstanceUID }, whole: false })
  expect(seen).not.toHaveProperty('uids.StudyInstanceUID')
})
