import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'

import type { DicomHeader } from '../header/dicom-header.ts'
import { type HeaderOptions, toScanOptions } from '../header/options.ts'
import { readHeader, scanHeader } from '../header/read-header.ts'
import { type DicomImage, type ImageOptions, readImage, scanImage } from '../header/read-image.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { runScanSync } from '../source/run-scan.ts'
import type { Scan } from '../structure/window.ts'
import { fileError, notAFile } from './file-error.ts'

/** A pipe that nobody writes to must not keep the reader waiting. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

export interface FileSource extends HeaderSource {
  readonly size: number
  close(): Promise<void>
}

/** Opens a file to read headers from; close it afterwards. */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await open(path, flags).catch((error: unknown) => {
    throw fileError(error, path)
  })
  try {
    const { size, isFile } = await handle.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }))
    if (!isFile) throw notAFile(path)
    return {
      size,
      async read(start, end) {
        const buffer = Buffer.allocUnsafeSlow(end - start)
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
        return buffer.subarray(0, bytesRead)
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw fileError(error, path)
  }
}

/** `readHeader` of a file. */
export async function readHeaderFile(path: string, options: HeaderOptions = {}): Promise<DicomHeader> {
  return await withFile(path, (source) => readHeader(source, options))
}

/** `readImage` of a file. */
export async function readImageFile(path: string, options: ImageOptions = {}): Promise<DicomImage> {
  return await withFile(path, (source) => readImage(source, options))
}

async function withFile<T>(path: string, read: (source: HeaderSource) => Promise<T>): Promise<T> {
  const source = await openFileSource(path)
  try {
    return await read(source)
  } catch (error) {
    throw fileError(error, path)
  } finally {
    await source.close()
  }
}

/**
 * `readHeader` of a file, at once: for files that are likely to be in the page cache, since it saves the trips to the
 * thread pool that cost more than the reading.
 */
export function readHeaderFileSync(path: string, options: HeaderOptions = {}): DicomHeader {
  const scanOf = (size: number) => scanHeader(toScanOptions(options, size))
  return scanFileSync(path, scanOf, (length) => Buffer.allocUnsafeSlow(length))
}

/** `readImage` of a file, at once: the fastest way through a folder. */
export function readImageFileSync(path: string, options: ImageOptions = {}): DicomImage {
  const scanOf = (size: number) => scanImage(options.keywords ?? [], toScanOptions(options, size))
  return scanFileSync(path, scanOf, pooled)
}

/** Filled by the first read of every file: the values of an image are taken from it before the next one. */
let firstBytes = Buffer.alloc(0)

function pooled(length: number): Buffer {
  if (firstBytes.length < length) firstBytes = Buffer.allocUnsafeSlow(length)
  return firstBytes
}

function scanFileSync<T>(path: string, scanOf: (size: number) => Scan<T>, first: (length: number) => Buffer): T {
  let file: number | undefined
  try {
    file = openSync(path, flags)
    const opened = file
    const stat = fstatSync(opened)
    if (!stat.isFile()) throw notAFile(path)
    return runScanSync(scanOf(stat.size), (start, end) => {
      const length = end - start
      const buffer = start === 0 ? first(length) : Buffer.allocUnsafeSlow(length)
      return buffer.subarray(0, readSync(opened, buffer, 0, length, start))
    })
  } catch (error) {
    throw fileError(error, path)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
