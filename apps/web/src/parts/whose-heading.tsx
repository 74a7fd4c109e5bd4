import type { PatientItems, StudyItems } from '../state/by-patient.ts'
import { say, sayDay } from '../words/say.ts'

/** Whose images they are; nothing of what is no patient's. */
export function PatientHeading({ of: { key, patient, patientId } }: { readonly of: PatientItems }) {
  if (key === '') return null
  return (
    <h3 className="patient">
      {patient === undefined ? say('series.asking') : patient === '' ? say('series.nobody') : patient}
      {patientId !== '' && <span className="id">{patientId}</span>}
    </h3>
  )
}

export function StudyHeading({ of: { date, description } }: { readonly of: StudyItems }) {
  if (date === '' && description === '') return null
  return <h4 className="study">{[sayDay(date), description].filter((part) => part !== '').join(' · ')}</h4>
}
