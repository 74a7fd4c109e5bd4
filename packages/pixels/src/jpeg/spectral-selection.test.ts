import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureDebianPackages } from '@gantry-tooling/servers'
import { parseHeader } from '@gantry/dicom'
import { writeDicom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { converted, difference } from '../../samples/dcmtk.ts'
import { decoded } from '../../samples/first-frame.ts'

const missing = await ensureDebianPackages(['dcmtk'])
const note = missing === undefined ? '' : ` [${missing}]`
const [rows, columns] = [37, 41]

/** Waves that differ from sample to sample of a pixel. */
function imageOf(samples: number, stored: number): Buffer {
  const values = Array.from({ length: rows * columns * samples }, (_, at) => {
    const [pixel, sample] = [Math.floor(at / samples), at % samples]
    const wave = Math.sin((pixel % columns) / 5 + sample) * Math.cos(Math.floor(pixel / columns) / 7)
    return Math.round((wave + 1) * (2 ** (stored - 1) - 1))
  })
  const pixels = stored > 8 ? new Uint8Array(Uint16Array.from(values).buffer) : Uint8Array.from(values)
  return writeDicom({
    dataSet: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '2.25.7'],
      [0x00280002, 'US', samples],
      [0x00280004, 'CS', samples === 3 ? 'RGB' : 'MONOCHROME2'],
      ...(samples === 3 ? [[0x00280006, 'US', 0] as const] : []),
      [0x00280010, 'US', rows],
      [0x00280011, 'US', columns],
      [0x00280100, 'US', stored > 8 ? 16 : 8],
      [0x00280101, 'US', stored],
      [0x00280102, 'US', stored - 1],
      [0x00280103, 'US', 0],
      [0x7fe00010, stored > 8 ? 'OW' : 'OB', pixels],
    ],
  })
}

describe.skipIf(missing !== undefined)(`JPEG of spectral selection is what DCMTK decodes${note}`, () => {
  let folder = ''
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'gantry-spectral-'))))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    [1, 8],
    [1, 12],
    [3, 8],
  ])('%i sample(s) of %i bits', async (samples, stored) => {
    const at = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const encoded = converted('dcmcjpeg', ['+es'], at('native', imageOf(samples, stored)))
    if (encoded === undefined) throw new Error('DCMTK encodes nothing.')
    expect(parseHeader(encoded).transferSyntax.uid).toBe('1.2.840.10008.1.2.4.53')
    const native = converted('dcmdjpeg', ['+cn'], at('encoded', encoded))
    if (native === undefined) throw new Error('DCMTK decodes nothing.')
    const [ours, theirs] = [await decoded(encoded), await decoded(native)]
    // Colour that was halved is spread in other ways.
    expect(difference(ours.samples, theirs.samples).greatest).toBeLessThanOrEqual(samples === 3 ? 16 : 2)
    expect(new Set(ours.samples).size).toBeGreaterThan(100)
  })
})
