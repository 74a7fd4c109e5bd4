import { isGantryError, type Signal } from '@gantry/core'

import { readDicomFile } from '../dicom/dicom-file.ts'
import type { FileInput } from '../input/file-input.ts'
import { firstInflated } from '../input/gunzip.ts'
import { Peek } from '../input/peek.ts'
import { glbOf, isGlb } from '../mesh/glb.ts'
import { plyOf } from '../mesh/ply.ts'
import { asciiStlOf, binaryStlOf, namedStlOf } from '../mesh/stl.ts'
import { checkNiftiLength, niftiHeaderOf } from '../nifti/nifti-header.ts'
import { nrrdHeaderOf } from '../nrrd/nrrd-header.ts'
import { longestNrrdHeader, nrrdTextOf, startsAsNrrd } from '../nrrd/nrrd-text.ts'
import { malformed } from '../errors.ts'
import type { Recognised } from './recognised.ts'
import { recogniseText } from './recognise-text.ts'

/** Of a compressed file, as much is inflated to see what it is. */
const inflatedLook = 64 * 1024

/**
 * Tells what a file is by its content. One read of 16 KiB does for nearly all; headers that are longer are read to their
 * end. Fails with `invalid`, `integrity` or `unsupported` for a file that is recognised but malformed, cut off, or of a
 * version that is not known, and as reading fails.
 */
export async function recognise(input: FileInput, options: { readonly signal?: Signal } = {}): Promise<Recognised> {
  const peek = new Peek(input, options.signal)
  const first = await peek.first()
  const [a = 0, b = 0, c = 0, d = 0] = first
  if (a === 0x1f && b === 0x8b && c === 8) return await recogniseCompressed(peek)
  // An empty archive begins with its end; one of several volumes with a mark of its own.
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6) || (c === 7 && d === 8))) {
    return { kind: 'zip', details: {} }
  }
  if (isGlb(first)) {
    await glbOf((start, end) => peek.read(start, end), peek.size)
    return { kind: 'glb', details: { format: 'glb', encoding: 'binary', units: 'm' } }
  }
  if (startsAsNrrd(first)) return await recogniseNrrd(peek)
  const ply = plyOf(first, peek.size)
  if (ply !== undefined) return { kind: 'ply', details: ply }
  if (isDicomFile(first)) return { kind: 'dicom', details: await readDicomFile(peek) }
  const nifti = niftiHeaderOf(first)
  if (nifti !== undefined) {
    if (!nifti.detached) checkNiftiLength(nifti, peek.size)
    return { kind: 'nifti', details: nifti }
  }
  const stl = binaryStlOf(first, peek.size) ?? asciiStlOf(first)
  if (stl !== undefined) return { kind: 'stl', details: stl }
  const text = await recogniseText(peek, first)
  return text ?? (await recogniseBareDicom(peek, first)) ?? byName(peek.name, first, peek.size)
}

/** Volumes are read as they are; what else was compressed is for people to unpack. */
async function recogniseCompressed(peek: Peek): Promise<Recognised> {
  const { bytes: inflated, failure } = await firstInflated(peek.input, inflatedLook, peek.signal)
  if (startsAsNrrd(inflated)) {
    const text = nrrdTextOf(inflated, failure === undefined && inflated.length < inflatedLook)
    if (text === undefined) throw failure ?? malformed('NRRD', 'its header is too long')
    return { kind: 'nrrd', details: { ...nrrdHeaderOf(text), compression: 'gzip' } }
  }
  const nifti = niftiHeaderOf(inflated)
  if (nifti === undefined && failure !== undefined) throw failure
  return nifti === undefined
    ? { kind: 'gzip', details: {} }
    : { kind: 'nifti', details: { ...nifti, compression: 'gzip' } }
}

async function recogniseNrrd(peek: Peek): Promise<Recognised> {
  for (let length = 16 * 1024; length <= longestNrrdHeader; length *= 8) {
    const text = nrrdTextOf(await peek.read(0, length), length >= peek.size)
    if (text !== undefined) return { kind: 'nrrd', details: nrrdHeaderOf(text) }
  }
  throw malformed('NRRD', 'its header is too long')
}

/** PS3.10 7.1 */
function isDicomFile(bytes: Uint8Array): boolean {
  return [0x44, 0x49, 0x43, 0x4d].every((byte, index) => bytes[128 + index] === byte)
}

/** A data set without preamble, which many archives and old scanners write: in group 2 or 8, in either byte order. */
async function recogniseBareDicom(peek: Peek, [a, b, c, d]: Uint8Array): Promise<Recognised | undefined> {
  const group = a === 0x44 && b === 0x49 && c === 0x43 && d === 0x4d ? 2 : (a ?? 0) | (b ?? 0)
  if ((group !== 2 && group !== 8) || (group !== 2 && a !== 0 && b !== 0)) return undefined
  try {
    return { kind: 'dicom', details: await readDicomFile(peek) }
  } catch (error) {
    // Nothing announced that it would be DICOM, so it may as well be none.
    if (isGantryError(error) && error.code === 'invalid') return undefined
    throw error
  }
}

/** The name only tells apart what content does not, or what to call a fault. */
function byName(name: string, first: Uint8Array, size: number): Recognised {
  const stl = /\.stl$/iu.test(name) ? namedStlOf(first, size) : undefined
  return stl === undefined ? { kind: 'unknown', details: {} } : { kind: 'stl', details: stl }
}
