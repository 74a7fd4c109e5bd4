import { isGantryError } from '@gantry/core'
import { type DicomFile, writeDicom } from '@gantry/testkit/phantom'
import { gzipSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { textBytes } from '../../testing/formats/binary.ts'
import { asciiStl, binaryPlyBody, binaryStl, glb, gltf, obj, ply } from '../../testing/formats/mesh-samples.ts'
import { niftiSample } from '../../testing/formats/nifti-sample.ts'
import { nrrdSample } from '../../testing/formats/nrrd-sample.ts'
import { bytesInput } from '../input/bytes-input.ts'
import { recognise } from './recognise.ts'

const outcome = async (bytes: Uint8Array, name = 'file') =>
  await recognise(bytesInput(name, bytes)).catch((error: unknown) => {
    if (isGantryError(error)) return { kind: error.code, details: undefined }
    throw error
  })

const kindOf = async (bytes: Uint8Array, name?: string) => (await outcome(bytes, name)).kind

const dataSet: DicomFile['dataSet'] = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00080018, 'UI', '2.25.3'],
  [0x00080060, 'CS', 'OT'],
  [0x0020000d, 'UI', '2.25.1'],
  [0x0020000e, 'UI', '2.25.2'],
  [0x00280002, 'US', 1],
  [0x00280010, 'US', 2],
  [0x00280011, 'US', 2],
  [0x00280100, 'US', 8],
  [0x00280103, 'US', 0],
  [0x7fe00010, 'OB', new Uint8Array(4)],
]

describe('by content, whatever the name', () => {
  test.each([
    ['nifti', niftiSample()],
    ['nifti', niftiSample({ littleEndian: false })],
    ['nifti', niftiSample({ version: 2 })],
    ['nifti', niftiSample({ version: 2, littleEndian: false })],
    ['nifti', niftiSample({ magic: 'ni1\0', voxOffset: 0, data: 0 })],
    ['nifti', gzipSync(niftiSample())],
    ['nrrd', nrrdSample()],
    ['nrrd', nrrdSample({ encoding: 'gzip' }, gzipSync(new Uint8Array(48)))],
    ['nrrd', gzipSync(nrrdSample())],
    ['stl', binaryStl()],
    ['stl', binaryStl(1, 'anything')],
    ['stl', asciiStl],
    ['ply', ply()],
    ['ply', ply('binary_little_endian', binaryPlyBody)],
    ['ply', ply('binary_big_endian', binaryPlyBody)],
    ['obj', obj],
    ['gltf', textBytes(gltf('a.bin'))],
    ['glb', glb()],
    ['zip', zipSync({ 'a.txt': textBytes('a') })],
    ['zip', zipSync({})],
    ['gzip', gzipSync(textBytes('nothing'))],
    ['dicom', writeDicom({ dataSet })],
    ['dicom', writeDicom({ dataSet, preamble: false })],
    ['dicom', writeDicom({ dataSet, preamble: false, meta: false, syntax: 'implicit' })],
    ['dicom', writeDicom({ dataSet, preamble: false, meta: false, syntax: 'big-endian' })],
    ['unknown', new Uint8Array(0)],
    ['unknown', new Uint8Array(1000)],
    ['unknown', textBytes('v1.2 of a document\nwith lines')],
    ['unknown', textBytes('{"asset": "none"}')],
    ['unknown', textBytes('solid ground is not a mesh')],
    ['unknown', textBytes('# only a comment\n')],
  ])('%s', async (kind, bytes) => {
    expect(await kindOf(bytes, 'IMAGE.dcm')).toBe(kind)
    expect(await kindOf(bytes, 'picture.stl')).toBe(kind)
  })
})

describe('wrong and damaged files', () => {
  test.each([
    ['NIfTI, cut off', 'integrity', niftiSample({ data: 20 })],
    ['NIfTI of no dimensions', 'invalid', niftiSample({ dim: [0, 4, 4, 4] })],
    ['NIfTI of negative size', 'invalid', niftiSample({ dim: [3, -4, 4, 4], data: 0 })],
    ['NIfTI of eight dimensions', 'invalid', niftiSample({ dim: [8, 4, 4, 4] })],
    ['NIfTI of an unknown type', 'invalid', niftiSample({ datatype: 3 })],
    ['NIfTI whose bits are others', 'invalid', niftiSample({ datatype: 4, bitpix: 32 })],
    ['NIfTI whose data begin in its header', 'invalid', niftiSample({ voxOffset: 100 })],
    ['Analyze 7.5', 'unsupported', niftiSample({ magic: '\0\0\0\0' })],
    ['CIFTI', 'unsupported', niftiSample({ version: 2, intent: 3002 })],
    ['gzip, cut off', 'integrity', gzipSync(niftiSample()).subarray(0, 30)],
    ['NRRD without a type', 'invalid', nrrdSample({ type: undefined })],
    ['NRRD of blocks', 'unsupported', nrrdSample({ type: 'block' })],
    ['NRRD of bzip2', 'unsupported', nrrdSample({ encoding: 'bzip2' })],
    ['NRRD of other sizes than dimensions', 'invalid', nrrdSample({ sizes: '4 3' })],
    ['NRRD without byte order', 'invalid', nrrdSample({ endian: undefined })],
    ['NRRD whose directions are flat', 'invalid', nrrdSample({ 'space directions': '(1,0,0) (1,0,0) (0,0,3)' })],
    ['PLY, cut off', 'integrity', ply('binary_little_endian', binaryPlyBody.subarray(0, 36))],
    ['PLY, cut off in its header', 'integrity', ply().subarray(0, 40)],
    ['PLY of another version', 'unsupported', textBytes('ply\nformat ascii 2.0\nend_header\n')],
    ['PLY without vertices', 'invalid', textBytes('ply\nformat ascii 1.0\nend_header\n')],
    ['GLB, cut off', 'integrity', glb().subarray(0, 100)],
    ['GLB of version 1', 'unsupported', glb().with(4, 1)],
    ['GLB whose first chunk is another', 'invalid', glb().with(16, 1)],
    ['glTF of version 1', 'unsupported', textBytes('{"asset":{"version":"1.0"}}')],
    ['glTF that is none', 'invalid', textBytes('{"asset":{"version":"2.0"},"buffers":3}')],
    ['STL, cut off', 'integrity', binaryStl(4).subarray(0, 200)],
    ['DICOM, cut off', 'integrity', writeDicom({ dataSet }).subarray(0, -3)],
    ['DICOM whose pixels are too few', 'integrity', writeDicom({ dataSet: dataSet.with(6, [0x00280010, 'US', 200]) })],
    ['DICOM without a size', 'invalid', writeDicom({ dataSet: dataSet.toSpliced(6, 2) })],
  ])('%s: %s', async (_, code, bytes) => {
    expect(await kindOf(bytes, 'mesh.stl')).toBe(code)
  })

  test('what an exporter put behind the triangles', async () => {
    const longer = new Uint8Array([...binaryStl(), 10])
    expect(await outcome(longer, 'a.stl')).toMatchObject({ kind: 'stl', details: { triangles: 2 } })
    expect(await kindOf(longer, 'a.bin')).toBe('unknown')
  })
})

test('one read of 16 KiB does for a long file', async () => {
  const reads: unknown[] = []
  const file = bytesInput('scan', niftiSample({ dim: [3, 200, 200, 50] }))
  await recognise({ ...file, read: async (range, call) => (reads.push(range), await file.read(range, call)) })
  expect(reads).toEqual([{ start: 0, end: 16_384 }])
})
