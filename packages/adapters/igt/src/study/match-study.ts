import { GantryError } from '@gantry/core/driver'

import type { IgtStudy } from '../api/study-schemas.ts'
import { folderOf, foldersOf, isLoose, type Structure } from './folder.ts'
import { idOf, type StudyDocument } from './study-document.ts'

/**
 * The study that a folder belongs to: the one that its `study.json` names, else the one whose folder is called so, else
 * the only one that was made for a folder of this name. `undefined`: none is there yet. Never a guess among several.
 */
export function matchStudy(
  studies: readonly IgtStudy[],
  folder: string,
  structure: Structure,
  document: StudyDocument | undefined,
): IgtStudy | undefined {
  const id = idOf(document)
  const byId = id === undefined ? undefined : studies.find((one) => one.studyDatabaseId === id)
  if (byId !== undefined) return byId
  const byFolder = foldersOf(studies, structure).get(folder)
  if (byFolder !== undefined || isLoose(folder, structure)) return byFolder
  const flat = folder.replaceAll('/', '---')
  const byName = studies.filter((one) => namesIn(one).includes(flat))
  if (byName.length > 1) {
    throw new GantryError(
      'invalid',
      'Several studies of the institute are called like this folder: download them anew, or put the study.json of the right one into it.',
    )
  }
  return byName[0]
}

/**
 * Of studies that several made for one folder at the same time, the one that all of them settle for: the first that was
 * made.
 */
export function firstMade(studies: readonly IgtStudy[], made: IgtStudy): IgtStudy {
  const isTwin = (one: IgtStudy) =>
    one.studyDatabaseId === made.studyDatabaseId ||
    (folderOf(one, 'flat') === folderOf(made, 'flat') && namesIn(one).join('/') === namesIn(made).join('/'))
  const before = (a: IgtStudy, b: IgtStudy) =>
    (a.createdOn ?? '') === (b.createdOn ?? '')
      ? a.studyDatabaseId < b.studyDatabaseId
      : (a.createdOn ?? '') < (b.createdOn ?? '')
  return studies.filter(isTwin).reduce((first, one) => (before(one, first) ? one : first), made)
}

/** What clients have called a study that they made for a folder; its patient, where it has no name of its own. */
function namesIn({ studyName, name, clinicalStudy, subjectId, studyId, patient }: IgtStudy): unknown[] {
  const names = [studyName, name, clinicalStudy, subjectId].filter((one) => one != null)
  if (names.length > 0) return names
  return studyId == null ? [patient?.patientName, patient?.patientId] : []
}
