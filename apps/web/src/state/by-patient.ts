import type { Item } from '../engine/model.ts'

export interface StudyItems {
  readonly key: string
  readonly date: string
  readonly description: string
  readonly items: readonly Item[]
}

/** Items of one patient, by studies. */
export interface PatientItems {
  readonly key: string
  /** Empty where the images name none; left out while nobody has looked. */
  readonly patient?: string
  readonly patientId: string
  readonly studies: readonly StudyItems[]
}

/** Who the patient is, to tell them from others; images that name none are told apart by their studies. */
function patientOf({ whose, files }: Item): string | undefined {
  if (whose === undefined) {
    const study = files[0]?.image?.studyInstanceUID
    return study === undefined ? undefined : `study ${study}`
  }
  const { patient, patientId, study } = whose
  return patient === '' && patientId === '' ? `study ${study}` : JSON.stringify([patientId, patient])
}

/** In the order in which they were opened; what is no image of a patient comes last. */
export function byPatient(items: readonly Item[]): readonly PatientItems[] {
  const groups = Map.groupBy(items, (item) => patientOf(item) ?? '')
  return [...groups]
    .toSorted(([a], [b]) => Number(a === '') - Number(b === ''))
    .map(([key, of]) => {
      const studies = [...Map.groupBy(of, ({ whose }) => whose?.study ?? '')].map(([study, some]): StudyItems => {
        const { date = '', description = '' } = some[0]?.whose ?? {}
        return { key: study, date, description, items: some }
      })
      const { patient, patientId = '' } = of[0]?.whose ?? {}
      return { key, ...(patient !== undefined && { patient }), patientId, studies }
    })
}

/** How many patients the images are of. */
export function patientsAmong(items: readonly Item[]): number {
  return new Set(items.map(patientOf).filter((patient) => patient !== undefined)).size
}

/** What is shared unless somebody says otherwise: all of the patient who is looked at, and nothing of another one. */
export function firstChosen(items: readonly Item[], active: Item | undefined): ReadonlySet<string> {
  if (patientsAmong(items) < 2) return new Set(items.map(({ id }) => id))
  const of = active && patientOf(active)
  const some = items.filter((item) => item.id === active?.id || (of !== undefined && patientOf(item) === of))
  return new Set(some.map(({ id }) => id))
}
