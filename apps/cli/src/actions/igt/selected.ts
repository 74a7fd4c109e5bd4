import { GantryError } from '@gantry/core'
import type { IgtCloud, IgtFile, IgtInstitute, IgtProject, IgtStudy } from '@gantry/igt'

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
  const from = start === undefined ? -Infinity : timeOf(start)
  const until = end === undefined ? Infinity : lastOf(end)
  return ({ studyDate, datetime, studyType }) => {
    const date = studyType === 'EpdStudy' ? datetime : studyDate
    const time = date == null ? Number.NaN : timeOf(date)
    return Number.isNaN(time) || (time >= from && time <= until)
  }
}

/** By the type that the cloud tells, which is the extension with its dot. */
export function keepsType({ ext }: FilterFlags): (file: IgtFile) => boolean {
  return ({ type }) => ext === undefined || type === ext
}

function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)(?!\d)/u, '$1-$2-$3'))
}

/** Of a day, its last millisecond. */
function lastOf(text: string): number {
  return timeOf(text) + (/^[\d-]{8,10}$/u.test(text) ? 24 * 60 * 60 * 1000 - 1 : 0)
}
