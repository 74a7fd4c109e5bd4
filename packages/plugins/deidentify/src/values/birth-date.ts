import { type DataSet, tagOfKeyword } from '@gantry/dicom'

import { latin1Of } from './latin1.ts'

const [patientBirthDate, studyDate] = [tagOfKeyword('PatientBirthDate'), tagOfKeyword('StudyDate')]

/** `19740305`, of whom a header is; of who was born on the day of the study, that day may be told as any other. */
export function birthDateOf(elements: DataSet): string | undefined {
  const date = (wanted: number | undefined) => digitsOf(elements.find(({ tag }) => tag === wanted)?.value)
  const born = date(patientBirthDate)
  return born.length === 8 && born !== date(studyDate) ? born : undefined
}

/** Whether a date, or a moment (PS3.5 6.2), is of that day; both may be written as ACR-NEMA did, with dots. */
export function isOfDay(value: Uint8Array | undefined, day: string): boolean {
  return digitsOf(value) === day
}

/** Of a day. */
function digitsOf(value: Uint8Array = new Uint8Array(0)): string {
  return latin1Of(value).trim().replaceAll('.', '').slice(0, 8)
}
