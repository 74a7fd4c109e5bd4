import { GantryError } from '@gantry/core'
import type { IgtCloud, IgtFile, IgtInstitute, IgtProject, IgtStudy } from '@gantry/igt'

import { readMoment } from '../../options/moment.ts'
import type { Named } from './named.ts'

export interface FilterFlags {
  readonly ext?: string
  readonly start?: string
  readonly end?: string
}

/** Project and institutes by their exact names; who names none means all. */
export async function findNamed(
  cloud: IgtCloud,
  { project: name, institute }: Pick<Named, 'project' | 'institute'>,
): Promise<{ readonly project: IgtProject; readonly institutes: readonly IgtInstitute[] }> {
  const project = (await cloud.projects()).find((one) => one.name === name)
  if (project === undefined) throw new GantryError('not_found', `Project not found: ${name}`)
  const all = await cloud.institutes(project.id)
  const institutes = all.filter((one) => institute === '*' || one.name === institute)
  if (institutes.length === 0) throw new GantryError('not_found', 'No institutes found')
  return { project, institutes }
}

/** Whether a study is of those days, both included; one without a date is. */
export function keepsDate({ start, end }: FilterFlags): (study: IgtStudy) => boolean {
  const from = start === undefined ? -Infinity : (readMoment(start)?.first ?? -Infinity)
  const until = end === undefined ? Infinity : (readMoment(end)?.last ?? Infinity)
  return ({ studyDate, datetime, studyType }) => {
    const date = studyType === 'EpdStudy' ? datetime : studyDate
    const time = readMoment(date ?? '')?.first ?? Date.parse(date ?? '')
    return Number.isNaN(time) || (time >= from && time <= until)
  }
}

/** By the type that the cloud tells, which is the extension with its dot. */
export function keepsType({ ext }: FilterFlags): (file: IgtFile) => boolean {
  return ({ type }) => ext === undefined || type === ext
}
