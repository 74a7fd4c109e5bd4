import { type Call, type Entry, GantryError, isGantryError, type NewEntry, type StoredPart } from '@gantry/core/driver'

import { asConflict, generationMatch } from '../object/conditions.ts'
import { retentionResource } from '../object/metadata.ts'
import { removeKey } from '../object/remove.ts'
import { entryOfResource, type Resource } from '../object/resource.ts'
import { rewrite } from '../object/rewrite.ts'
import type { Service } from '../service/service.ts'
import { corrupted, expectedOf, type Expected, find, isExactly, join } from './complete.ts'
import { type Place, stageKey } from './staged.ts'

type Staged = Place & { readonly stage: string }

/**
 * Makes the parts one object under its other name, and copies that to its own under the condition: within a bucket and
 * a class, GCS copies no bytes for that. What is there says whose copy it is, so that all this may be asked again.
 */
export async function publishStaged(
  service: Service,
  path: string,
  place: Staged,
  entry: NewEntry,
  parts: readonly StoredPart[],
  call: Call,
): Promise<Entry> {
  const expected = expectedOf(parts, entry.size)
  const target = service.keyOf(path)
  let gone: unknown
  try {
    await join(service, place, parts, expected, call)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    gone = error
  }
  const whole = await find(service, place.key, call)
  if (whole === undefined) {
    const own = await findOwn(service, target, place, call)
    if (own === undefined)
      throw gone ?? new GantryError('unavailable', 'The service has lost the upload: begin another.')
    return entryOfResource(path, own)
  }
  checkWhole(whole, expected)
  const published = await copyOver(service, target, whole, place, entry, call).catch(async (error: unknown) => {
    if (!isGantryError(error) || error.code !== 'precondition_failed') throw error
    const own = await findOwn(service, target, place, call)
    if (own === undefined) await removeKey(service, place.key, whole.generation, call).catch(() => {})
    if (own === undefined) throw asConflict(error, entry)
    return own
  })
  // What is left over is told as unfinished, and can be swept.
  await removeKey(service, place.key, whole.generation, call).catch(() => {})
  return entryOfResource(path, published)
}

async function copyOver(
  service: Service,
  target: string,
  whole: Resource,
  { key, stage }: Staged,
  entry: NewEntry,
  call: Call,
): Promise<Resource> {
  const { generation, contentType, contentEncoding, storageClass, metadata } = whole
  const { retainUntil } = entry
  const { retention } = service.settings
  return await rewrite(
    service,
    { source: key, generation, target, ifGenerationMatch: generationMatch(entry) },
    {
      contentType,
      contentEncoding,
      storageClass,
      metadata: { ...metadata, [stageKey]: stage },
      ...(retainUntil !== undefined && { retention: retentionResource(retainUntil, retention) }),
    },
    { signal: call.signal },
  )
}

async function findOwn(service: Service, target: string, { stage }: Staged, call: Call): Promise<Resource | undefined> {
  const found = await find(service, target, call)
  return found?.metadata?.[stageKey] === stage ? found : undefined
}

function checkWhole(whole: Resource, expected: Expected): void {
  const wrong = expected.crc32c === undefined ? Number(whole.size) !== expected.size : !isExactly(whole, expected)
  if (wrong) throw corrupted()
}
