import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError } from '@gantry/core/driver'

import { close, discard, errnoOf, link, lstat, open, rename, type Stats } from './file-operations.ts'
import type { Place } from './root-folder.ts'
import { randomId, temporaryName } from './temporary-name.ts'

/** A lock is held for two calls of the system; one as old as this was left by a process that died. */
const staleAfter = 10_000
const patience = 20_000

/** Runs work while no other process holds the lock of that file. */
export async function withLock(place: Place, work: () => Promise<void>): Promise<void> {
  const id = createHash('sha256').update(basename(place.file)).digest('hex').slice(0, 24)
  const lock = join(place.folder, temporaryName(id, 'lock'))
  const giveUpAt = Date.now() + patience
  while (!(await take(lock))) {
    if (Date.now() > giveUpAt) throw new GantryError('unavailable', 'Another process keeps the entry locked.')
    await breakStale(lock)
    await sleep(5 + Math.random() * 10)
  }
  try {
    await work()
  } finally {
    await discard(lock)
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await close(await open(lock, 'wx'))
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function breakStale(lock: string): Promise<void> {
  const seen = await look(lock)
  if (seen === undefined || Date.now() - Number(seen.mtimeMs) < staleAfter) return
  // Moved away first, so that of several who judge it stale one removes it; and put back if it was not that one.
  const moved = `${lock.slice(0, -'.lock'.length)}${randomId()}.tmp`
  try {
    await rename(lock, moved)
    if ((await look(moved))?.ino !== seen.ino) await link(moved, lock)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'EEXIST') throw error
  }
  await discard(moved)
}

async function look(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
