import type { IgtInstitute } from '../api/schemas.ts'
import { isStudyType, studyFields } from '../api/study-schemas.ts'
import { namesOf, type Structure } from './folder.ts'
import type { StudyDocument } from './study-document.ts'

/** What the server sets, and would not take from a client. */
const readOnly: ReadonlySet<string> = new Set([
  'studyDatabaseId',
  'instituteId',
  'projectId',
  'studyIdHumanReadable',
  's3Prefix',
  'hospitalId',
  'createdOn',
  'createdBy',
  'lastUpdatedOn',
  'lastUpdatedBy',
  'patientDatabaseId',
  'patientS3Prefix',
  'studyType',
])

/** Fields that name a study, of which each type has at most one. */
const nameFields = ['studyName', 'name', 'clinicalStudy', 'subjectId'] as const

/** A study for a folder that belongs to none yet: what its `study.json` says of it, else what its name says. */
export function newStudy(
  institute: IgtInstitute,
  folder: string,
  structure: Structure,
  document: StudyDocument | undefined,
): { readonly studyType: string; readonly instituteId: string } & StudyDocument {
  const studyType = institute.studyType ?? 'Study'
  const fields: Readonly<Record<string, unknown>> = isStudyType(studyType) ? studyFields[studyType] : studyFields.Study
  const { patient, study } = namesOf(folder, structure)
  const told = writable(document ?? {})
  const named = nameFields.find((name) => name in fields)
  return {
    ...(named !== undefined && { [named]: folder === '' ? patient : folder.replaceAll('/', '---') }),
    ...('patient' in fields && { patient: { patientId: patient, patientName: patient } }),
    ...('studyId' in fields && study !== undefined && { studyId: study }),
    ...told,
    studyType,
    instituteId: institute.id,
  }
}

function writable(document: StudyDocument): Record<string, unknown> {
  const kept = Object.entries(document).filter(([name, value]) => !readOnly.has(name) && value !== null)
  const { patient, ...rest } = Object.fromEntries(kept)
  if (typeof patient !== 'object' || patient === null) return rest
  const own = Object.entries(patient).filter(([name, value]) => !readOnly.has(name) && value !== null)
  return { ...rest, patient: Object.fromEntries(own) }
}
