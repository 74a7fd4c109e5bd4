import { type Bytes, collect, type Entry, GantryError, type NewEntry } from '@gantry/core/driver'

import type { IgtStudy } from '../api/study-schemas.ts'
import { idOf, parseDocument } from '../study/study-document.ts'
import type { Directory } from './directory.ts'
import { documentEntry } from './list.ts'
import type { Location } from './locate.ts'

/** Longest `study.json` that is looked at. */
const longest = 16 * 1024 * 1024

type DocumentLocation = Extract<Location, { kind: 'document' }>

/** The study of a folder that has a `study.json`: read from the cloud, and never kept as a file there. */
export async function findDocument(directory: Directory, at: DocumentLocation): Promise<IgtStudy> {
  const study = await directory.bookOf(await directory.institute(at.institute)).find(at.folder)
  if (study === undefined) throw new GantryError('not_found', 'There is no such study in the institute.')
  return study
}

/** Takes a `study.json` for what it is: it says which study the folder belongs to, or what a new one shall be. */
export async function takeDocument(
  directory: Directory,
  at: DocumentLocation,
  entry: NewEntry,
  body: Bytes,
): Promise<Entry> {
  const document = parseDocument(new TextDecoder().decode(await collect(body, longest)))
  if (document === undefined) throw new GantryError('invalid', 'The study.json of the folder cannot be read.')
  const book = directory.bookOf(await directory.institute(at.institute))
  const before = await book.find(at.folder)
  const id = idOf(document)
  if (before === undefined) book.describe(at.folder, document)
  else if (id !== undefined && id !== before.studyDatabaseId) {
    throw new GantryError('precondition_failed', 'The folder belongs to another study than its study.json says.')
  }
  const study = await book.ensure(at.folder)
  const { size: _size, ...told } = documentEntry(entry.path, study)
  return told
}
