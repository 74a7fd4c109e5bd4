import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'

import type { Copied, CopiedFile, CopyFailed, CopyFailure, CopyOrder } from './copy-order.ts'
import { EarlyFlush } from './early-flush.ts'
import { entryOf, versionOf } from './entry-of.ts'
import { errnoOf, fsync, type Stats } from './file-operations.ts'
import { readFlags } from './read-flags.ts'

// Runs in a thread of its own, where waiting for the system keeps nobody else waiting: a trip to libuv's pool for each
// step would cost as much as the step. May import nothing but Node's own and types.

type Order = Extract<CopyOrder, { type: 'copy' }>

export interface CopyLink {
  readonly stopped: () => boolean
  readonly moved: (bytes: number) => void
}

const chunkSize = 256 * 1024
/** After so many bytes, others have their turn, and who wants it stopped is heard. */
const turnSize = 1024 * 1024

/** One for all: it is filled, digested and written without a pause in between. */
const buffer = new Uint8Array(Buffer.allocUnsafeSlow(chunkSize).buffer)

/** Copies one file into a new one, and closes both, however it ends. */
export async function copyFile(order: Order, link: CopyLink): Promise<Copied | CopyFailed> {
  const opened: number[] = []
  let side: CopyFailed['side'] = 'source'
  const at = (next: CopyFailed['side']) => void (side = next)
  try {
    const from = fs.openSync(order.source, readFlags)
    opened.push(from)
    const before = fs.fstatSync(from, { bigint: true })
    refuseOther(order, before)
    at('target')
    const to = fs.openSync(order.target, 'wx')
    opened.push(to)
    const sha256 = await pump({ from, to, size: Number(before.size), durable: order.durable, at }, link)
    at('source')
    if (versionOf(fs.fstatSync(from, { bigint: true })) !== versionOf(before)) throw new Refused('changed')
    const source = fileOf(before)
    at('target')
    const stored = await settled(to, order.modified ?? source.modified, order.durable)
    opened.pop()
    fs.closeSync(to)
    return { source, stored, sha256 }
  } catch (error) {
    return { side, failure: failureOf(error) }
  } finally {
    for (const descriptor of opened) closeQuietly(descriptor)
  }
}

interface Pump {
  readonly from: number
  readonly to: number
  readonly size: number
  readonly durable: boolean
  /** Told whose fault a failure would be. */
  readonly at: (side: CopyFailed['side']) => void
}

/** Moves the bytes; answers the digest of what was written. */
async function pump({ from, to, size, durable, at }: Pump, link: CopyLink): Promise<string> {
  const hash = createHash('sha256')
  const early = durable && size > turnSize ? new EarlyFlush(to) : undefined
  let done = 0
  let untold = 0
  try {
    while (done < size) {
      const wanted = Math.min(chunkSize, size - done)
      at('source')
      const length = readFully(from, wanted)
      if (length < wanted) throw new Refused('changed')
      const chunk = length === buffer.length ? buffer : buffer.subarray(0, length)
      hash.update(chunk)
      at('target')
      writeAll(to, chunk)
      done += length
      untold += length
      early?.written(length)
      if (untold < turnSize || done === size) continue
      link.moved(untold)
      untold = 0
      await nextTurn()
      if (link.stopped()) throw new Refused('stopped')
    }
    await early?.check()
    return hash.digest('hex')
  } finally {
    // No descriptor may be closed that a flush still goes to: it could be another file's by then.
    await early?.settled()
  }
}

/** The file's time, and its bytes on the disk if they must outlive a power cut; several flushes wait side by side. */
async function settled(descriptor: number, modified: number, durable: boolean): Promise<CopiedFile> {
  // Dates, because Node takes the present for a number below zero.
  fs.futimesSync(descriptor, new Date(), new Date(modified))
  const stats = fs.fstatSync(descriptor, { bigint: true })
  if (durable) await fsync(descriptor)
  return fileOf(stats)
}

function readFully(descriptor: number, length: number): number {
  let done = 0
  while (done < length) {
    const bytes = fs.readSync(descriptor, buffer, done, length - done, null)
    if (bytes === 0) break
    done += bytes
  }
  return done
}

/** The system may take it in pieces, e.g. just before the disk is full. */
function writeAll(descriptor: number, chunk: Uint8Array): void {
  let done = 0
  while (done < chunk.length) done += fs.writeSync(descriptor, chunk, done, chunk.length - done, null)
}

function refuseOther({ size, version }: Order, found: Stats): void {
  if (!found.isFile()) throw new Refused('absent')
  if (version !== undefined && version !== versionOf(found)) throw new Refused('changed')
  if (size !== undefined && size !== Number(found.size)) throw new Refused('changed')
}

function fileOf(stats: Stats): CopiedFile {
  const { size, modified = 0, version = '' } = entryOf('', stats)
  return { size, modified, version }
}

class Refused extends Error {
  readonly reason: 'absent' | 'changed' | 'stopped'

  constructor(reason: Refused['reason']) {
    super(reason)
    this.reason = reason
  }
}

function failureOf(error: unknown): CopyFailure {
  if (error instanceof Refused) return { reason: error.reason }
  const { message, syscall = '' } = error as Error & { syscall?: string }
  const code = errnoOf(error)
  return code === undefined ? { reason: 'unknown', message } : { reason: 'system', message, code, syscall }
}

function closeQuietly(descriptor: number): void {
  try {
    fs.closeSync(descriptor)
  } catch {
    // Nothing is made of what was written to it.
  }
}
