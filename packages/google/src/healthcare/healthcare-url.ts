import { GantryError } from '@gantry/core/driver'

/** What a URL names: up to four of project, location, dataset and store, and what is below the store. */
export interface HealthcarePlace {
  readonly ids: readonly string[]
  /** A path of DICOMweb below the store, such as `studies/1.2.3`; empty: all of it. */
  readonly below: string
  /** The last id is whole: a slash follows it. */
  readonly whole: boolean
}

/** What is below a store, whole or not: PS3.18 10.1. */
const belowStore =
  /^(?:studies(?:\/[0-9.]{1,64}(?:\/series(?:\/[0-9.]{1,64}(?:\/instances(?:\/[0-9.]{1,64})?)?)?)?)?)?$/u
/** Ids of projects may hold a colon, after the domain that they belong to. */
const projectId = /^[a-z0-9][a-z0-9.:-]{0,127}$/u
/** As the API has it for datasets and stores. */
const resourceId = /^[\p{L}\p{N}_.-]{1,256}$/u

export const depth = 4

/** `healthcare://PROJECT/LOCATION/DATASET/STORE[/studies/...]`, or less of it. */
export function parseHealthcareUrl(url: string): HealthcarePlace {
  const [, text] = /^healthcare:\/{0,2}([^?#]*)$/su.exec(url) ?? []
  if (text === undefined) throw malformed()
  const segments = text.split('/')
  const whole = segments.at(-1) === ''
  if (whole) segments.pop()
  const ids = segments.slice(0, depth)
  if (!ids.every((id, index) => isId(id, index))) throw malformed()
  const below = segments.slice(depth).join('/')
  if (!belowStore.test(below)) throw malformed()
  return { ids, below, whole: whole || ids.length === 0 }
}

/** Whether it can be part of a URL here; ids come from outside, the service's own included. */
export function isId(id: string, index: number): boolean {
  return (index === 0 ? projectId : resourceId).test(id) && id !== '.' && id !== '..'
}

export function healthcareUrlOf(ids: readonly string[]): string {
  return `healthcare://${ids.join('/')}`
}

function malformed(): GantryError {
  return new GantryError(
    'invalid',
    'A DICOM store of Cloud Healthcare is named by healthcare://PROJECT/LOCATION/DATASET/STORE, and may go on with /studies/...; options go elsewhere.',
  )
}
