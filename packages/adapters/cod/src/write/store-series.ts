import { type Call, GantryError, type NewParcel, type ParcelWriter } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { isHashed } from '../series/is-hashed.ts'
import { parseEntryPath, pathsOf, type SeriesName } from '../series/series-name.ts'
import { hashedNames, openDocument } from './open-document.ts'
import { formatSaved, parseSaved, type SavedParcel } from './saved-parcel.ts'
import { SeriesLock } from './series-lock.ts'
import { SeriesWriter } from './series-writer.ts'
import { reopenTar } from './reopen-tar.ts'

/** Shorter ones are refused by the Python reader, with all that is in the series. */
const shortestUid = 10

/** Begins to add instances to a series, under its lock; or goes on with what an earlier process saved. */
export async function storeSeries(cod: Cod, parcel: NewParcel, call: Call): Promise<ParcelWriter> {
  const saved = parcel.saved === undefined ? undefined : parseSaved(parcel.saved)
  const name = saved === undefined ? nameOf(parcel) : { study: saved.study, series: saved.series }
  // A worker that was killed may have saved nothing. Two of one job at once are held apart by conditions, where there are any.
  const known = cod.store.abilities.conditional ? parcel.job : undefined
  const owner = saved?.owner ?? known ?? cod.settings.randomUUID()
  const begun: SavedParcel = { version: 1, ...name, owner }
  // Before the lock is taken: whoever goes on must know it for its own.
  if (saved === undefined) await parcel.save(formatSaved(begun))
  if ((await cod.store.find(pathsOf(name).errorLog, call)) !== undefined) throw hasErrorLog()
  const snapshot = await openDocument(cod, name, call)
  // A new series has no metadata of its own that say so, and would be there by its true UIDs.
  if (snapshot.isNew && cod.settings.hashUid === undefined && (await isHashed(cod, call))) throw hashedNames()
  const lock = await SeriesLock.take(cod, name, owner, snapshot.document, call)
  try {
    // As they are now that nobody else writes.
    const opened = await openDocument(cod, name, call)
    const tar = await cod.store.find(pathsOf(name).tar, call)
    const reopened = await reopenTar(cod, saved ?? begun, tar, parcel, call)
    // Metadata of no instances need no tar: the Python writer leaves such where it could add none.
    const fits = tar === undefined ? opened.document.records.size === 0 : !opened.isNew
    if (!fits && reopened.state.published === undefined) throw incomplete()
    return new SeriesWriter({
      cod,
      name,
      lock,
      opened,
      tar,
      parcel,
      state: { ...begun, ...reopened.state },
      sink: reopened.sink,
    })
  } catch (error) {
    await lock.release(call).catch(() => {})
    throw error
  }
}

/** Removes what a parcel left: its upload, a tar that no metadata tell of, and its lock. */
export async function discardSeries(cod: Cod, text: string, call: Call): Promise<void> {
  const saved = parseSaved(text)
  const { study, series, owner, sent } = saved
  const name = { study, series }
  if (sent !== undefined && saved.published === undefined) await cod.store.uploads?.abort(sent.upload, call)
  const lock = await SeriesLock.ownedBy(cod, name, owner, call)
  if (lock === undefined) return
  await removeUnseen(cod, name, saved, call)
  await lock.release(call)
}

/** The tar and index of a series that has no metadata: no reader sees them, and the next writer could not know whose they are. */
async function removeUnseen(cod: Cod, name: SeriesName, saved: SavedParcel, call: Call): Promise<void> {
  const { tar, index, metadata } = pathsOf(name)
  const { size } = saved.published ?? saved.publishing ?? {}
  if (size === undefined || (await cod.store.find(metadata, call)) !== undefined) return
  if ((await cod.store.find(tar, call))?.size !== size) return
  await cod.store.remove(tar, call)
  if ((await cod.store.find(index, call)) !== undefined) await cod.store.remove(index, call)
}

function nameOf({ entries }: NewParcel): SeriesName {
  const places = entries.map(({ path }) => parseEntryPath(path)?.name)
  const [name] = places
  if (name === undefined || places.some((place) => place?.study !== name.study || place.series !== name.series)) {
    throw new GantryError('invalid', 'A COD store holds images by their UIDs: copy with the layout of the store.')
  }
  if (name.study.length < shortestUid || name.series.length < shortestUid) {
    throw new GantryError('invalid', `COD has no place for UIDs of fewer than ${shortestUid} characters.`)
  }
  return name
}

function hasErrorLog(): GantryError {
  return new GantryError('integrity', 'The series holds an error.log: see to what it reports, and remove it.', {
    retryable: false,
  })
}

function incomplete(): GantryError {
  return new GantryError(
    'integrity',
    'Of the tar and the metadata of the series only one is there: gantry cod repair',
    {
      retryable: false,
    },
  )
}
