import { isGantryError, Refusal } from '@gantry/core'

import type { Stored, Target } from '../catalog/catalog.ts'
import type { ServerParts } from '../parts.ts'

/** One instance, by all of its UIDs. */
export interface InstanceTarget {
  readonly study: string
  readonly series: string
  readonly instance: string
}

/** 404, saying so where the index is not yet made. */
export function notThere(parts: ServerParts): Refusal {
  if (parts.indexState() !== 'growing') return new Refusal('not_found', 'There is no such study, series or instance.')
  return new Refusal('not_found', 'There is no such study, series or instance yet: the index is still being made.', {
    headers: { 'Retry-After': '5' },
  })
}

export async function findInstance(parts: ServerParts, target: InstanceTarget): Promise<Stored | undefined> {
  return (await parts.catalog.page(target, 0, 1))[0]
}

/**
 * Does something with an instance. Where its file is not what the index says, the index is put right, and it is tried
 * once more; 410 where it is gone.
 */
export async function withInstance<Result>(
  parts: ServerParts,
  target: InstanceTarget,
  work: (stored: Stored) => Promise<Result>,
): Promise<Result> {
  const stored = await findInstance(parts, target)
  if (stored === undefined) throw notThere(parts)
  return await again(parts, async (isSecond) => {
    const current = isSecond ? await findInstance(parts, target) : stored
    if (current === undefined) throw gone()
    return await work(current)
  })
}

/** Tries, and once more when a file that was read first had changed or was gone. */
export async function again<Result>(parts: ServerParts, work: (isSecond: boolean) => Promise<Result>): Promise<Result> {
  try {
    return await work(false)
  } catch (error) {
    if (!isStale(error)) throw error
    await parts.lookAgain(error.path)
  }
  try {
    return await work(true)
  } catch (error) {
    if (!isStale(error)) throw error
    throw new Refusal('unavailable', 'The instance changes while it is read: try again.', { cause: error })
  }
}

/** What names no entry has been found in one: a frame, a value. */
function isStale(error: unknown): error is Error & { readonly path: string } {
  return (
    isGantryError(error) &&
    (error.code === 'not_found' || error.code === 'precondition_failed') &&
    error.path !== undefined
  )
}

function gone(): Refusal {
  return new Refusal('not_found', 'The instance is not here any more.', { status: 410 })
}

/** Every instance of a target, page by page. */
export async function* instancesOf(parts: ServerParts, target: Target): AsyncGenerator<Stored, void, undefined> {
  for (let after = 0; ;) {
    const page = await parts.catalog.page(target, after, 500)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < 500) return
    after = last.id
  }
}
