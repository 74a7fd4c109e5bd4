import type { QueryLevel } from '@gantry/core'
import { resultKeywords, tagOfKeyword } from '@gantry/dicom'

/** What is told of each level, and what is kept of it besides: it can be searched by and included (PS3.18 10.6.3.3). */
const keywords: { readonly [Level in QueryLevel]: { readonly told: string; readonly more: string } } = {
  study: {
    told: 'StudyDescription',
    more: `IssuerOfPatientID PatientBirthTime PatientAge PatientSize PatientWeight OtherPatientIDs EthnicGroup
      PatientComments NameOfPhysiciansReadingStudy AdmittingDiagnosesDescription ProcedureCodeSequence
      PatientIdentityRemoved`,
  },
  series: {
    told: 'SeriesDate SeriesTime',
    more: `BodyPartExamined Laterality Manufacturer ManufacturerModelName StationName InstitutionName
      InstitutionalDepartmentName ProtocolName FrameOfReferenceUID PerformingPhysicianName OperatorsName
      PatientPosition DeviceSerialNumber SoftwareVersions PerformedProcedureStepID PerformedProcedureStepDescription`,
  },
  instance: {
    told: '',
    more: `ImageType ContentDate ContentTime AcquisitionDate AcquisitionTime AcquisitionDateTime AcquisitionNumber
      InstanceCreationDate InstanceCreationTime SliceLocation SliceThickness ImagePositionPatient
      ImageOrientationPatient PixelSpacing PhotometricInterpretation SamplesPerPixel ContentLabel ContentDescription
      ConceptNameCodeSequence DocumentTitle CompletionFlag VerificationFlag`,
  },
}

export const levels: readonly QueryLevel[] = ['study', 'series', 'instance']

/** `GGGGEEEE` of a keyword of the dictionary. */
export function tagNamed(keyword: string): string {
  const tag = tagOfKeyword(keyword)
  if (tag === undefined) throw new Error(`${keyword} is no keyword.`)
  return tag.toString(16).padStart(8, '0').toUpperCase()
}

function wordsIn(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '')
}

/** What follows from other rows, or from where it is asked for. */
export const computed = {
  characterSet: tagNamed('SpecificCharacterSet'),
  availability: tagNamed('InstanceAvailability'),
  modalities: tagNamed('ModalitiesInStudy'),
  retrieveURL: tagNamed('RetrieveURL'),
  seriesOfStudy: tagNamed('NumberOfStudyRelatedSeries'),
  instancesOfStudy: tagNamed('NumberOfStudyRelatedInstances'),
  instancesOfSeries: tagNamed('NumberOfSeriesRelatedInstances'),
  syntax: tagNamed('AvailableTransferSyntaxUID'),
} as const

/** Told of every match of a level. */
export const toldTags: { readonly [Level in QueryLevel]: ReadonlySet<string> } = {
  study: told('study'),
  series: told('series'),
  instance: told('instance'),
}

/** Kept of every level. */
export const keptTags: { readonly [Level in QueryLevel]: ReadonlySet<string> } = {
  study: kept('study'),
  series: kept('series'),
  instance: kept('instance'),
}

function told(level: QueryLevel): ReadonlySet<string> {
  return new Set([...resultKeywords[level], ...wordsIn(keywords[level].told)].map(tagNamed))
}

/** What files say of each level; the zone belongs to the study alone, what is counted to no file. */
function kept(level: QueryLevel): ReadonlySet<string> {
  const notKept: readonly string[] = [
    ...Object.values(computed),
    ...(level === 'study' ? [] : [tagNamed('TimezoneOffsetFromUTC')]),
  ]
  const tags = [...toldTags[level], ...wordsIn(keywords[level].more).map(tagNamed)]
  return new Set(tags.filter((tag) => !notKept.includes(tag)))
}

/** Those of them that can be searched by, and the level that they belong to. */
const computedLevels: { readonly [tag: string]: QueryLevel } = {
  [computed.modalities]: 'study',
  [computed.seriesOfStudy]: 'study',
  [computed.instancesOfStudy]: 'study',
  [computed.instancesOfSeries]: 'series',
  [computed.availability]: 'study',
  [computed.syntax]: 'instance',
}

export const uidTags = {
  study: tagNamed('StudyInstanceUID'),
  series: tagNamed('SeriesInstanceUID'),
  instance: tagNamed('SOPInstanceUID'),
} as const

/** The level that an attribute belongs to, where the index knows it. */
export function levelOf(tag: string): QueryLevel | undefined {
  return levels.find((level) => keptTags[level].has(tag)) ?? computedLevels[tag]
}
