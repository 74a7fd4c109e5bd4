import { type Call, GantryError, isAtOrBelow, isGantryError } from '@gantry/core/driver'

import type { Archive } from './archive.ts'

/** What became of a study whose key was destroyed. */
export interface Shredded {
  /** Keys that were destroyed: one, unless two processes archived parts of the study at the same time. */
  readonly keys: number
  readonly units: number
  readonly entries: number
  /** Their paths, which can name patients. */
  readonly paths: readonly string[]
  /** Ciphertext that is left, in bytes; nobody can read it. */
  readonly remaining: number
}

/**
 * Destroys the key of the study whose UID this is, or whose entries lie at or below a path: with it, all copies of its ciphertext are closed,
 * wherever they are. To be called exclusively.
 */
export async function shredStudy(archive: Archive, prefix: string, call: Call): Promise<Shredded> {
  const { catalogue, keyring } = archive
  await catalogue.refresh(call)
  const studies = new Set<string>()
  for (const { unit, entry } of catalogue.entries) {
    if ((isAtOrBelow(entry.path, prefix) || unit.contents?.study === prefix) && unit.contents !== undefined)
      studies.add(unit.contents.study)
  }
  if (studies.size === 0) {
    const [trouble] = catalogue.troubles
    throw trouble?.error ?? new GantryError('not_found', 'The archive has nothing there, or nothing that can be read.')
  }
  const units = catalogue.units.filter(({ contents }) => contents !== undefined && studies.has(contents.study))
  if (units.some(({ record }) => record.key === undefined)) {
    throw new GantryError(
      'unsupported',
      'The archive is not encrypted: there is no key to destroy. Remove the entries.',
    )
  }
  const entries = units.flatMap(({ contents }) => contents?.entries ?? [])
  const elsewhere = ({ contents }: (typeof units)[number]) =>
    contents?.study !== prefix && contents?.entries.some(({ path }) => !isAtOrBelow(path, prefix)) === true
  if (units.some(elsewhere)) {
    throw new GantryError('invalid', 'Others of the study lie elsewhere, and would go with it: name the whole study.')
  }
  const keys = new Set(units.map(({ record }) => record.key ?? ''))
  // Keys of parcels of the study that were begun.
  for await (const { name } of keyring.names(call)) {
    const key = await keyring.look(name, call)
    // One that is damaged opens nothing, whichever study it was of.
    if (key !== undefined && !isGantryError(key) && studies.has(key.study)) keys.add(name)
  }
  for (const key of keys) await keyring.destroy(key, archive.now(), call)
  await catalogue.refresh(call)
  const shards = new Map(units.flatMap(({ record }) => record.shards.map(({ cid, size }) => [cid, size] as const)))
  const remaining = [...shards.values()].reduce((sum, size) => sum + size, 0)
  return {
    keys: keys.size,
    units: units.length,
    entries: entries.length,
    paths: entries.map(({ path }) => path),
    remaining,
  }
}
