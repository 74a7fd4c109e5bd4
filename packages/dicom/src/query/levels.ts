import type { QueryLevel } from '@gantry/core'

/** What a search tells of each match without being asked, by level (PS3.18 tables 10.6.3-3 to 10.6.3-5). */
export const resultKeywords: Readonly<Record<QueryLevel, readonly string[]>> = {
  study: [
    'SpecificCharacterSet',
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'InstanceAvailability',
    'ModalitiesInStudy',
    'ReferringPhysicianName',
    'TimezoneOffsetFromUTC',
    'RetrieveURL',
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  series: [
    'SpecificCharacterSet',
    'Modality',
    'TimezoneOffsetFromUTC',
    'SeriesDescription',
    'RetrieveURL',
    'SeriesInstanceUID',
    'SeriesNumber',
    'NumberOfSeriesRelatedInstances',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'RequestAttributesSequence',
  ],
  instance: [
    'SpecificCharacterSet',
    'SOPClassUID',
    'SOPInstanceUID',
    'InstanceAvailability',
    'TimezoneOffsetFromUTC',
    'RetrieveURL',
    'InstanceNumber',
    'Rows',
    'Columns',
    'BitsAllocated',
    'NumberOfFrames',
  ],
}

/** What every server must match by, level for level (PS3.18 table 10.6.1-5): paths with dots. */
export const matchingKeywords: Readonly<Record<QueryLevel, readonly string[]>> = {
  study: [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ModalitiesInStudy',
    'ReferringPhysicianName',
    'PatientName',
    'PatientID',
    'StudyInstanceUID',
    'StudyID',
  ],
  series: [
    'Modality',
    'SeriesInstanceUID',
    'SeriesNumber',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'RequestAttributesSequence.ScheduledProcedureStepID',
    'RequestAttributesSequence.RequestedProcedureID',
  ],
  instance: ['SOPClassUID', 'SOPInstanceUID', 'InstanceNumber'],
}

/** The attribute that tells matches of a level apart: a tag. */
export const identifyingTag: Readonly<Record<QueryLevel, string>> = {
  study: '0020000D',
  series: '0020000E',
  instance: '00080018',
}
