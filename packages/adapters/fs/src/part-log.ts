import { constants, readFileSync } from 'node:fs'
import { uptime } from 'node:os'

import type { NewEntry, Part, StoredPart } from '@gantry/core/driver'
import * as z from 'zod'

import { close, open, readFile, writeAll } from './file-operations.ts'

/**
 * What is known of an upload in parts, a line each: first what it is, then for every part that its bytes are about to
 * be written over (`from`, `to`), and that they are there. Lines are only ever added, each in one call of the system,
 * and begin with a line feed, so that one that was cut by a crash spoils no other.
 */
const header = z.object({
  path: z.string(),
  started: z.number(),
  modified: z.number().optional(),
  /** Given when parts are not synced: after a power cut their bytes may be gone, though their records are not. */
  boot: z.string().optional(),
})
const range = z.object({ from: z.number(), to: z.number() })
const part = z.object({ number: z.number(), offset: z.number(), size: z.number(), tag: z.string() })
const line = z.union([header, range, part])

export type PartLogHeader = z.infer<typeof header>

export interface PartLog {
  readonly header: PartLogHeader
  readonly parts: ReadonlyMap<number, StoredPart>
}

export function headerOf(entry: NewEntry, durable: boolean): PartLogHeader {
  const { path, modified } = entry
  return {
    path,
    started: Date.now(),
    ...(modified !== undefined && { modified }),
    ...(!durable && { boot: thisBoot() }),
  }
}

export async function createPartLog(file: string, first: PartLogHeader): Promise<void> {
  const descriptor = await open(file, 'wx')
  try {
    await writeAll(descriptor, encode(first), 0)
  } finally {
    await close(descriptor)
  }
}

/** Opens a log that is there, to add to it. */
export async function openPartLog(file: string): Promise<number> {
  return await open(file, constants.O_WRONLY | constants.O_APPEND)
}

/** Before a part's bytes are written: what was recorded of that range holds no longer. */
export async function recordStart(descriptor: number, { offset, size }: Part): Promise<void> {
  await writeAll(descriptor, encode({ from: offset, to: offset + size }), null)
}

export async function recordPart(descriptor: number, stored: StoredPart): Promise<void> {
  await writeAll(descriptor, encode(stored), null)
}

/** Reads a log; `undefined` when not even its first line is whole. */
export async function readPartLog(file: string): Promise<PartLog | undefined> {
  const lines = (await readFile(file, 'utf8')).split('\n').flatMap(parse)
  const first = lines.find((one) => 'path' in one)
  if (first === undefined) return undefined
  const parts = new Map<number, StoredPart>()
  if (first.boot !== undefined && first.boot !== thisBoot()) return { header: first, parts }
  for (const one of lines) {
    if ('number' in one) parts.set(one.number, one)
    else if ('from' in one) {
      for (const { number, offset, size } of parts.values()) {
        if (offset < one.to && offset + size > one.from) parts.delete(number)
      }
    }
  }
  return { header: first, parts }
}

function parse(text: string): z.infer<typeof line>[] {
  try {
    return [line.parse(JSON.parse(text))]
  } catch {
    // A line that a crash cut short.
    return []
  }
}

function encode(value: unknown): Buffer {
  return Buffer.from(`\n${JSON.stringify(value)}`)
}

let boot: string | undefined

/** Something that stays the same until the machine starts anew. */
function thisBoot(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    } catch {
      // Not Linux: the time of the start, to some minutes, because the clock may be set.
      boot = String(Math.round((Date.now() / 1000 - uptime()) / 600))
    }
  }
  return boot
}
