import * as z from 'zod'

const text = z.string().nullish()
const texts = z.array(z.string()).nullish()
const flag = z.boolean().nullish()
const textFields = <const Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, text])) as Record<Name, typeof text>

const patientSchema = z.looseObject({
  ...textFields('patientDatabaseId', 'patientId', 'patientName', 'givenName', 'familyName', 'middleName'),
  ...textFields('nameSuffix', 'namePrefix', 'dateOfBirth', 'gender', 'patientIdIssuer', 'patientIdValue', 's3Prefix'),
})

/** What the server sets, whatever a client says. */
const root = {
  ...textFields('studyDatabaseId', 'instituteId', 'projectId', 'studyIdHumanReadable', 's3Prefix'),
  ...textFields('createdOn', 'createdBy', 'lastUpdatedOn', 'lastUpdatedBy'),
  ...textFields('maxRetentionDate', 'legalBasisOther', 'purposeOther', 'electronicRecordState'),
  legalBasis: texts,
  purpose: texts,
}
const base = {
  ...root,
  ...textFields('studyId', 'instanceUid', 'state', 'description', 'studyComments', 'studyDate', 'accessionNumber'),
  ...textFields('hospitalId', 'patientDatabaseId'),
  patient: patientSchema.nullish(),
}
const coreLabs = {
  ...base,
  ...textFields('studyName', 'applicationType', 'operator', 'cathlabnr', 'usedMaterials'),
  ...textFields('studyStartDateTime', 'studyEndDateTime'),
  isPhilipsData: flag,
}
const event = z.looseObject({ ...textFields('datetime', 'description', 'comments'), isMaster: flag, isSlave: flag })

/** Fields by type of study; what a type has beyond its base is its own. */
export const studyFields = {
  BaseStudy: base,
  Study: base,
  CoreLabsStudy: coreLabs,
  AnnotationStudy: {
    ...coreLabs,
    ...textFields('annotationState', 'latestAnnotations'),
    caseLabels: texts,
    hasStickyNote: flag,
  },
  EpdStudy: {
    ...root,
    ...textFields('gender', 'diseaseTypesOther', 'datetime', 'site', 'subsite', 'procedureTypesOther', 'comments'),
    ...textFields('computerName', 'computerUsername', 'macAddress', 'driveId', 'softwareVersion', 'hardwareVersion'),
    ...textFields('name', 'physician', 'imagedChambersOther'),
    age: z.unknown(),
    duration: z.unknown(),
    FCS: z.unknown(),
    redo: z.unknown(),
    diseaseTypes: texts,
    procedureTypes: texts,
    imagedChambers: texts,
    events: z.array(event).nullish(),
  },
  IGuideUStudy: { ...root, ...textFields('hospitalId', 'subjectId', 'visitName', 'procedureDate') },
  WeTrustStudy: { ...base, ...textFields('subjectId', 'corelabId', 'classification') },
  EchoNavStudy: { ...base, ...textFields('subjectId', 'comments') },
  MarvelStudy: { ...base, ...textFields('clinicalStudy', 'date', 'anatomy', 'site', 'source') },
  ClinicalImageLibraryStudy: { ...base, ...textFields('studyName', 'createdName', 'systemType', 'projectName') },
} as const

export type IgtStudyType = keyof typeof studyFields

export function isStudyType(name: string): name is IgtStudyType {
  return Object.hasOwn(studyFields, name)
}

/** A study as it is sent: the server adds what is its own. */
export const newStudySchema = z.looseObject({ studyType: z.string(), instituteId: z.string() })

/** A study of any type. */
export const studySchema = z.looseObject({
  ...base,
  ...textFields('studyName', 'subjectId', 'name', 'clinicalStudy', 'datetime'),
  studyType: z.string(),
  studyDatabaseId: z.string(),
  s3Prefix: z.string(),
})
export type IgtStudy = z.output<typeof studySchema>
