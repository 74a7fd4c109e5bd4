import { randomBytes } from '@gantry/age'
import { type Call, GantryError, type NewParcel, type ParcelWriter } from '@gantry/core/driver'

import type { StudyKey } from '../manifest/keyring.ts'
import { shardBlob } from '../read/car-source.ts'
import type { Archive } from './archive.ts'
import { readJournal } from './journal.ts'
import { destroyedKey, discardUnit } from './remove-units.ts'
import { parseSaved, type SavedStudy } from './saved-study.ts'
import { type OpenKey, StudyWriter } from './study-writer.ts'

/** Begins a unit for a study, or goes on with what an earlier process saved of one. */
export async function storeStudy(archive: Archive, parcel: NewParcel, call: Call): Promise<ParcelWriter> {
  const { catalogue, keyring, lock } = archive
  const keys = await lock.forWriting(call)
  await catalogue.refresh(call)
  const state = (await resumed(archive, parcel, call)) ?? begun(archive, parcel)
  if (keys === undefined) return new StudyWriter(archive, parcel, state, undefined)
  const name = state.key ?? randomName()
  const isNew = state.newKey && state.shards.length === 0
  let made: Promise<StudyKey> | undefined
  const openKey: OpenKey = async (announce) => {
    made ??= (async () => {
      // Before the key is there: it must not be unknown if this process ends.
      if (isNew) await announce()
      const key = isNew ? await keyring.create(state.study, name, keys, call) : await keyring.open(name, call)
      if (key === undefined) throw destroyedKey()
      return key
    })()
    return await made
  }
  return new StudyWriter(archive, parcel, { ...state, key: name }, openKey)
}

export async function discardStudy(archive: Archive, saved: string, call: Call): Promise<void> {
  const { unit } = parseSaved(saved)
  await archive.exclusively(async () => await discardUnit(archive, unit, call))
}

function begun({ catalogue }: Archive, parcel: NewParcel): SavedStudy {
  const study = studyOf(parcel)
  // Of the same study, more than one parcel may come: they have one key.
  let key: string | undefined
  for (const { record, contents } of catalogue.units) {
    if (contents?.study === study && record.key !== undefined) key = record.key
  }
  return {
    version: 1,
    unit: randomName(),
    study,
    ...(key !== undefined && { key }),
    newKey: key === undefined,
    shards: [],
  }
}

/** What was saved, as far as it is there: the last shard was announced, and may not have been sent. */
async function resumed(archive: Archive, { saved }: NewParcel, call: Call): Promise<SavedStudy | undefined> {
  if (saved === undefined) return undefined
  const state = parseSaved(saved)
  if (archive.catalogue.unit(state.unit) !== undefined) return state
  if ((await readJournal(archive, state.unit, call)) === undefined) return undefined
  const last = state.shards.at(-1)
  if (last === undefined || (await archive.shards.has(shardBlob(last), call))) return state
  return { ...state, shards: state.shards.slice(0, -1) }
}

function studyOf({ study: told, entries }: NewParcel): string {
  const [first] = entries
  const study = told ?? first?.image?.studyInstanceUID ?? first?.path.split('/')[0]
  if (study === undefined) throw new GantryError('invalid', 'A parcel without entries has no study.')
  return study
}

/** Names are no secret, and tell nothing. */
function randomName(): string {
  return Buffer.from(randomBytes(16)).toString('base64url')
}
