import type { IgtStudy } from '../api/study-schemas.ts'

/** `flat`: `patient---study`; `hierarchical`: `patient/study`. */
export type Structure = 'flat' | 'hierarchical'

/** Between patient and study in the name of a flat folder. */
const dash = '---'

/** What a study is called that holds files which lie beside studies, and belong to none. */
const looseName = 'loose-files'

/** The folder of a study below its institute; empty for files that lie in the institute itself. */
export function folderOf(study: IgtStudy, structure: Structure): string {
  const human = study.studyIdHumanReadable
  const [patient = '', ...rest] = (human == null || human === '' ? study.studyDatabaseId : human).split('/')
  const name = rest.join(dash)
  if (name === looseName && patient === looseName) return ''
  if (structure === 'flat') return name === '' ? patient : `${patient}${dash}${name}`
  if (name === looseName) return patient
  return name === '' ? patient : `${patient}/${name}`
}

/** Files in the folder lie beside studies. */
export function isLoose(folder: string, structure: Structure): boolean {
  return folder === '' || (structure === 'hierarchical' && !folder.includes('/'))
}

/** Patient and study that a new folder is named after; a flat one without dashes names the patient alone. */
export function namesOf(folder: string, structure: Structure): { patient: string; study: string | undefined } {
  if (folder === '') return { patient: looseName, study: looseName }
  const mark = structure === 'flat' ? dash : '/'
  const at = folder.indexOf(mark)
  if (at <= 0) return { patient: folder, study: structure === 'flat' ? undefined : looseName }
  return { patient: folder.slice(0, at), study: folder.slice(at + mark.length) }
}

/** A name from the server as one segment of a path; what is no name is refused where the path is looked at. */
export function segmentOf(name: string): string {
  return name.replaceAll('/', dash)
}

/** Folders by study, no two the same: where two studies are called alike, all but the first have their id behind it. */
export function foldersOf(studies: readonly IgtStudy[], structure: Structure): Map<string, IgtStudy> {
  const sorted = [...studies].sort((a, b) => (a.studyDatabaseId < b.studyDatabaseId ? -1 : 1))
  const folders = new Map<string, IgtStudy>()
  for (const study of sorted) {
    let folder = folderOf(study, structure)
    while (folders.has(folder)) folder += `${dash}${study.studyDatabaseId}`
    folders.set(folder, study)
  }
  return folders
}
