import {
  type Abilities,
  type Bytes,
  bytesOf,
  type Call,
  clipRange,
  type Entry,
  type EntryRef,
  type Expected,
  GantryError,
  isGantryError,
  type NewEntry,
  passage,
  type Reading,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'
import { codeOfConnectionError } from '@gantry/http'

import { DataStores } from './data/data-stores.ts'
import type { Settings } from './options.ts'
import { Directory } from './store/directory.ts'
import { findDocument, takeDocument } from './store/documents.ts'
import { findRenamed } from './store/find-renamed.ts'
import { documentEntry, list } from './store/list.ts'
import { type Target, Targets } from './store/target.ts'
import { forStorage, Uploads } from './store/uploads.ts'
import { formatDocument } from './study/study-document.ts'

/** Bytes of a key that prefixes of project, institute and study may take. */
const longestPrefix = 256

export function openDriver(settings: Settings): StoreDriver {
  const { cloud, openData, root = '' } = settings
  // Opened for what it says of itself; it is never asked for anything.
  const model = openData({ bucket: 'bucket', prefix: 'prefix', credentials: neverAsked })
  const directory = new Directory(settings)
  const data = new DataStores(cloud.session, openData, cloud.now)
  const targets = new Targets(directory, settings)
  return {
    contract: 1,
    scheme: 'igt',
    // Asked for anew each time, as those of the storage are.
    get abilities() {
      return abilitiesOf(model)
    },
    list: (selection, call) => list({ directory, settings }, selection, call),
    async stat(path, call) {
      const at = targets.locate(path)
      if (at.kind === 'document') return documentEntry(path, await findDocument(directory, at))
      return await stat(targets, data, settings, path, call)
    },
    async read(ref, range, call) {
      const at = targets.locate(ref.path)
      if (at.kind !== 'document') return await read(targets, data, ref, range, call)
      const study = await findDocument(directory, at)
      const entry = documentEntry(ref.path, study)
      if (ref.version !== undefined && ref.version !== entry.version) {
        throw new GantryError('precondition_failed', 'The study has changed in the cloud.')
      }
      const bytes = formatDocument(study)
      const { start, end } = clipRange(range, bytes.length)
      return { entry, body: bytesOf(bytes.subarray(start, end)) }
    },
    async write(entry, body, call) {
      const at = targets.locate(entry.path)
      if (at.kind === 'document') return await takeDocument(directory, at, entry, body)
      return await write(targets, data, entry, body, call)
    },
    async expect(purpose, entries, call) {
      const files = entries.filter(({ path }) => targets.locate(path).kind !== 'document')
      const ready = async (file: Expected) => {
        if (purpose === 'write') await prepare(targets, data, file, { early: true, call })
        else await data.ready((await targets.find(file.path)).prefix, 'GET', call)
      }
      await Promise.all(files.map(ready))
    },
    findRenamed: async (paths, call) => await findRenamed({ directory, settings }, targets, paths, call),
    async remove(path, call) {
      throwIfCancelled(call)
      if (targets.locate(path).kind === 'document') return
      try {
        await targets.remove(await targets.find(path), call)
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
      }
    },
    async arrived(path, call) {
      if (targets.locate(path).kind !== 'document') await targets.completed(await targets.find(path), call)
    },
    codeOf: (error) => model.codeOf(error) ?? codeOfConnectionError(error),
    retryAfterOf: (error) => model.retryAfterOf?.(error),
    ...(model.resumable !== undefined && { resumable: new Uploads(targets, data) }),
    async close() {
      await Promise.all([data.close(), model.close?.()])
    },
  }

  function abilitiesOf({ abilities, resumable }: StoreDriver): Abilities {
    const longestPath = Math.max(1, abilities.longestPath - longestPrefix)
    return {
      write: true,
      sized: true,
      remove: true,
      conditional: abilities.conditional,
      versions: abilities.versions,
      digests: abilities.digests,
      modified: abilities.modified,
      order: 'none',
      longestPath: longestPath - root.length,
      longestSegment: longestPath - root.length,
      ...(resumable !== undefined && abilities.resumable !== undefined && { resumable: abilities.resumable }),
    }
  }
}

async function neverAsked(): Promise<never> {
  throw new GantryError('internal', 'A store that only describes itself was asked.')
}

async function stat(targets: Targets, data: DataStores, settings: Settings, path: string, call: Call): Promise<Entry> {
  const target = await targets.find(path)
  try {
    return await data.use(target.prefix, 'GET', call, async (driver) => {
      return { ...(await driver.stat(target.name, call)), path }
    })
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'permission_denied') throw error
    // Services may send and not fetch; what they may see is told by the listing.
    const listed = await findListed(settings, target, call)
    if (listed === undefined) throw new GantryError('not_found', 'There is no such file.', { cause: error })
    return { path, size: listed.fileSize }
  }
}

async function findListed({ cloud }: Settings, { prefix, name, study, project }: Target, call: Call) {
  const at = study
  const all =
    at === undefined ? undefined : await cloud.studyFiles(at.institute, at.study, at.category !== 'files', call)
  const files = at === undefined ? await cloud.projectFiles(project ?? '', call) : all?.[at.category]
  return files?.find((one) => one.key === `${prefix}${name}` && one.isCompleted !== false)
}

async function read(
  targets: Targets,
  data: DataStores,
  ref: EntryRef,
  range: Parameters<StoreDriver['read']>[1],
  call: Call,
): Promise<Reading> {
  const target = await targets.find(ref.path)
  const { driver, release } = await data.hold(target.prefix, 'GET', call)
  try {
    const { entry, body } = await driver.read({ ...ref, path: target.name }, range, call)
    return { entry: { ...entry, path: ref.path }, body: passage(body, { ended: release }) }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Makes the study where there is none, gets the keys to it, and tells the service of the file, which comes now or is to come:
 * side by side, because on a long way each question counts.
 */
async function prepare(
  targets: Targets,
  data: DataStores,
  { path, size }: Expected,
  { early, call }: { readonly early: boolean; readonly call: Call },
): Promise<Target> {
  const target = await targets.ensure(path)
  const announced = size === undefined ? undefined : targets.announce(target, size, early)
  await Promise.all([data.ready(target.prefix, 'PUT', call), announced])
  return target
}

async function write(targets: Targets, data: DataStores, entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
  if (entry.size === undefined) {
    throw new GantryError('unsupported', 'The IGT cloud has to be told how long a file is before it comes.')
  }
  const target = await prepare(targets, data, entry, { early: false, call })
  throwIfCancelled(call)
  const stored = await data.use(target.prefix, 'PUT', call, async (driver) => {
    return await driver.write!({ ...forStorage(entry, driver), path: target.name }, body, call)
  })
  await targets.completed(target, call)
  return { ...stored, path: entry.path }
}
