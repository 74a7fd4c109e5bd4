import type { Store } from '@gantry/core'
import { type Call, type CallOptions, GantryError, isGantryError, toCall } from '@gantry/core/driver'

import { partsOf } from '../cod.ts'
import type { Cod } from '../cod-parts.ts'
import type { CodOptions } from '../options.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { documentText } from '../write/document-text.ts'
import { newDocument, type OpenDocument, openDocument } from '../write/open-document.ts'
import { checkReadable, publishIndex, publishMetadata } from '../write/publish-metadata.ts'
import { SeriesLock } from '../write/series-lock.ts'
import { readTar } from './read-tar.ts'

export interface RepairOptions extends CallOptions, Omit<CodOptions, 'onTrouble' | 'skipUnreadable'> {
  /** Takes another writer's lock away. Only for whoever knows that this writer is dead. */
  readonly breakLock?: boolean | undefined
  /**
   * Records what the tar holds also where that is not what the metadata say: instances whose bytes are gone, or others.
   * Without it, a series with such is left as it is.
   */
  readonly force?: boolean | undefined
}

/** What became of a series. */
export interface Repaired {
  readonly instances: number
  /** Records that were written anew. */
  readonly written: readonly string[]
  /** Keys whose bytes are gone, or are not those that were recorded. */
  readonly lost: readonly string[]
  /** What else is in the tar: files that are no images of this series, and entries that are neither files nor folders. */
  readonly passedOver: number
  /** The tar is cut off, or has a damaged header: it stays so. Whoever copies the series elsewhere has a sound one there. */
  readonly damaged: boolean
  /** There are bytes behind the end of the tar: they stay there, and no reader sees them. */
  readonly followed: boolean
  /** Another writer's lock was taken away. */
  readonly lockBroken: boolean
}

/**
 * Makes index and metadata of a series anew from its tar. Records that are right stay as they are, as do all fields that
 * are none of ours. `integrity`, and nothing is changed, where bytes are not those that were recorded, unless forced: of a
 * series without a tar, that leaves empty metadata, to which instances can be added again. The same, forced or not, where
 * nothing in the tar is recognised: metadata of no instances would hide what it holds.
 */
export async function repairCod(store: Store, name: SeriesName, options: RepairOptions = {}): Promise<Repaired> {
  const { breakLock = false, force = false, signal, report: _report, compares: _compares, ...rest } = options
  const call = toCall(signal === undefined ? {} : { signal })
  const cod = partsOf(store, rest)
  const { lock: path, tar } = pathsOf(name)
  const before = await documentOf(cod, name, call)
  const { document, series, version, isNew, isAnew } = before
  // Before anything is written: a lock would make the folders of a series that is not there.
  const isLone = isNew && (await store.find(tar, call)) === undefined
  const locked = (await store.find(path, call)) !== undefined
  if (isLone && !locked) {
    throw new GantryError('not_found', 'There is no such series: it has neither a tar nor metadata.')
  }
  const lockBroken = breakLock && locked
  if (lockBroken) await store.remove(path, call)
  // Its writer died before there was anything else.
  if (isLone && lockBroken) return { ...nothingDone, lockBroken }
  const lock = await SeriesLock.take(cod, name, cod.settings.randomUUID(), document, call)
  try {
    if ((await store.find(tar, call)) === undefined) {
      return { ...(await repairWithoutTar(cod, name, before, { force, lock }, call)), lockBroken }
    }
    const seen = await readTar(cod, name, { document, instances: series.instances, isAnew }, call)
    const { records, rows, tarSize, ...repaired } = seen
    if (records.size === 0 && (repaired.passedOver > 0 || repaired.damaged)) throw nothingRecognised()
    if (repaired.lost.length > 0 && !force) throw wouldLose(repaired.lost.length)
    checkReadable(cod, documentText({ ...document, records }).size)
    await lock.verify(call)
    await publishIndex(cod, name, rows, tarSize, call)
    await publishMetadata(cod, name, { document: { ...document, records }, version }, call)
    return { ...repaired, instances: records.size, lockBroken }
  } finally {
    await lock.release(toCall())
  }
}

const nothingDone = { instances: 0, written: [], lost: [], passedOver: 0, damaged: false, followed: false }

interface Found extends OpenDocument {
  /** There were none, or none that could be read. */
  readonly isAnew: boolean
}

/** What can be kept of the metadata; where they are damaged, nothing. */
async function documentOf(cod: Cod, name: SeriesName, call: Call): Promise<Found> {
  try {
    const opened = await openDocument(cod, name, call)
    return { ...opened, isAnew: opened.isNew }
  } catch (error) {
    // What was only read wrong is there as it was.
    if (!isGantryError(error) || error.code !== 'integrity' || error.retryable) throw error
    const { version } = await cod.store.stat(pathsOf(name).metadata, call)
    return { ...newDocument(name, cod.settings.hashUid !== undefined), version, isNew: false, isAnew: true }
  }
}

/** All that is left of it are the fields that are none of ours. */
async function repairWithoutTar(
  cod: Cod,
  name: SeriesName,
  { document, version, isAnew }: Found,
  { force, lock }: { readonly force: boolean; readonly lock: SeriesLock },
  call: Call,
): Promise<Omit<Repaired, 'lockBroken'>> {
  const lost = [...document.records.keys()]
  if (lost.length > 0 || isAnew) {
    if (!force) throw isAnew ? nothingLeft() : allLost(lost.length)
    await lock.verify(call)
    await cod.store.remove(pathsOf(name).index, call)
    await publishMetadata(cod, name, { document: { ...document, records: new Map() }, version }, call)
  }
  return { ...nothingDone, lost }
}

function nothingRecognised(): GantryError {
  return new GantryError(
    'integrity',
    'Nothing in the tar is recognised as an image of this series: nothing was changed. "tar -tv" lists what it holds; it has to be a tar that is not compressed, with whole DICOM files.',
    { retryable: false },
  )
}

function wouldLose(count: number): GantryError {
  return new GantryError(
    'integrity',
    `The tar no longer has the bytes of ${count} of the recorded instances: nothing was changed. To record what it has: gantry cod repair --force`,
    { retryable: false },
  )
}

function allLost(count: number): GantryError {
  const what = count === 1 ? 'the recorded instance is' : `all ${count} recorded instances are`
  return new GantryError(
    'integrity',
    `The series has no tar: ${what} lost, unless the tar can be put back. Nothing was changed. To have empty metadata: gantry cod repair --force`,
    { retryable: false },
  )
}

function nothingLeft(): GantryError {
  return new GantryError(
    'integrity',
    'The series has no tar, and metadata that cannot be read: nothing can be made of them. To have empty metadata: gantry cod repair --force',
    { retryable: false },
  )
}
