import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { ensureDebianPackages } from '@gantry-tooling/servers'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'

import { converted, difference, parsePnm } from '../samples/dcmtk.ts'
import { decoded, firstFrame } from '../samples/first-frame.ts'
import { hasSharedData, sharedFiles } from '../samples/shared-data.ts'
import { canDecode } from './decode/decoders.ts'
import { describeImage } from './image/image-description.ts'
import { renderFrame } from './render-frame.ts'

const missing = hasSharedData ? await ensureDebianPackages(['dcmtk']) : 'no images'
const note = missing === undefined ? '' : ` [${missing}]`
const files = sharedFiles('dicom/small', 'cod')

/** What DCMTK decompresses with, and how far what is lossy may be from it: rounding differs. */
const decompressors: readonly {
  readonly uids: readonly string[]
  readonly tool: string
  readonly tolerance: number
}[] = [
  { uids: ['1.2.840.10008.1.2.5'], tool: 'dcmdrle', tolerance: 0 },
  { uids: ['1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81'], tool: 'dcmdjpls', tolerance: 0 },
  { uids: ['1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70'], tool: 'dcmdjpeg', tolerance: 0 },
  {
    uids: ['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.55'],
    tool: 'dcmdjpeg',
    tolerance: 2,
  },
]

describe.skipIf(missing !== undefined)(`real frames, as DCMTK decodes them${note}`, { timeout: 300_000 }, () => {
  test.each(decompressors)('$tool $uids', async ({ uids, tool, tolerance }) => {
    let compared = 0
    for (const file of files) {
      const bytes = readFileSync(file)
      const first = await firstFrame(bytes)
      if (first === undefined || !uids.includes(first.header.transferSyntax.uid)) continue
      const native = converted(tool, tool === 'dcmdjpeg' ? ['+cn'] : [], file)
      if (native === undefined) continue
      const [ours, theirs] = [await decoded(bytes), await decoded(native)]
      // Colour that was halved is spread in other ways, and some lossless files hold a lossy codestream.
      const isHalved = describeImage(first.header).photometricInterpretation.includes('422')
      const isLossy = basename(file) === 'sample-op.dcm'
      const { greatest, mean } = difference(ours.samples, theirs.samples)
      expect({ file: basename(file), far: greatest > (isHalved ? 16 : isLossy ? 1 : tolerance) }).toEqual({
        file: basename(file),
        far: false,
      })
      expect(mean).toBeLessThan(1)
      compared += 1
    }
    expect(compared).toBeGreaterThan(1)
  })

  test('rendered with the window of the header, or from the least to the greatest value', async () => {
    let compared = 0
    const far: unknown[] = []
    for (const file of files) {
      const bytes = readFileSync(file)
      const first = await firstFrame(bytes)
      if (first === undefined || !canDecode(first.header.transferSyntax.uid)) continue
      const image = describeImage(first.header)
      if (!image.photometricInterpretation.startsWith('MONOCHROME') || image.float || image.bitsAllocated === 1)
        continue
      // DCMTK takes the two halves of big endian numbers of 32 bits for each other.
      if ((image.bitsAllocated === 32 && image.bigEndian) || first.frame.length > 2_000_000) continue
      const window = image.windows[0]
      // DCMTK takes padding for the least value.
      if (window === undefined && image.padding !== undefined) continue
      const options = window === undefined ? ['+Wm'] : ['+Ww', String(window.center), String(window.width)]
      const pnm =
        converted('dcmj2pnm', ['+op', '-O', ...options], file) ?? converted('dcml2pnm', ['+op', '-O', ...options], file)
      if (pnm === undefined) continue
      const theirs = parsePnm(pnm)
      const { bytes: png } = await renderFrame(first)
      const ours = PNG.sync.read(Buffer.from(png))
      const grey = Uint8Array.from({ length: ours.width * ours.height }, (_, at) => ours.data[at * 4] as number)
      const isLossy = /4\.5[015]$/u.test(first.header.transferSyntax.uid) || basename(file) === 'sample-op.dcm'
      const { greatest, mean } = difference(grey, theirs.data)
      // A window makes what lossy decoders round differently larger.
      if (greatest > (isLossy ? 32 : 1) || mean > 1) far.push([basename(file), greatest, mean])
      compared += 1
    }
    expect(far).toEqual([])
    expect(compared).toBeGreaterThan(40)
  })
})

describe.skipIf(!hasSharedData)('real frames', { timeout: 300_000 }, () => {
  const named = (name: string) => files.find((file) => file.endsWith(name)) ?? ''

  test.each([
    ['CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm', 'CTImage.dcm'],
    ['CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm', 'CTImage.dcm'],
    ['CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm', 'CTImage.dcm'],
    ['CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm', 'CTImage.dcm'],
    ['CTImage.dcm_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm', 'CTImage.dcm'],
    ['MR_small_jp2klossless.dcm', 'MR_small.dcm'],
    ['MR_small_jpeg_ls_lossless.dcm', 'MR_small.dcm'],
    ['MR_small_RLE.dcm', 'MR_small.dcm'],
    ['MR_small_bigendian.dcm', 'MR_small.dcm'],
    ['rtdose_rle.dcm', 'rtdose.dcm'],
    ['rtdose_expb.dcm', 'rtdose.dcm'],
  ])('%s has the pixels of %s', async (compressed, native) => {
    const [ours, theirs] = [
      await decoded(readFileSync(named(compressed))),
      await decoded(readFileSync(named(`/${native}`))),
    ]
    expect(difference(ours.samples, theirs.samples)).toEqual({ greatest: 0, mean: 0 })
  })

  test('nearly all are decoded, the others fail with a code', async () => {
    const codes = new Map<string, number>()
    for (const file of files) {
      const first = await firstFrame(readFileSync(file))
      if (first === undefined) continue
      const outcome = await renderFrame({ ...first, viewport: { width: 64, height: 64 }, type: 'image/jpeg' }).then(
        () => 'decoded',
        (error: { code?: string }) => error.code ?? 'crash',
      )
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1)
    }
    expect(codes.get('crash')).toBeUndefined()
    expect(codes.get('decoded')).toBeGreaterThan(110)
    expect(codes.get('invalid') ?? 0).toBeLessThan(3)
  })
})
