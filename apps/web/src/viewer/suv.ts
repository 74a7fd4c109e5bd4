import { type DataSet, itemOf } from './data-set.ts'

/**
 * Values of a PET image for each unit of SUV by body weight; nothing where that cannot be told.
 *
 * 1 for images in g/ml. Of those in Bq/ml, by weight, dose and the decay from the injection to the time that the image is corrected
 * to (PS3.3 C.8.9.1), where the header has all of it, and counts from the beginning of the series. Others, and what has no time
 * that can be trusted, are left alone: a window at a wrong SUV is worse than none.
 */
export function valuesPerSuv(dataSet: DataSet): number | undefined {
  const units = dataSet.string('x00541001')?.trim()
  if (units === 'GML') return 1
  if (units !== 'BQML' || !isCorrected(dataSet)) return undefined
  const agent = itemOf(dataSet, 'x00540016')
  const [weight, dose] = [dataSet.floatString('x00101030'), agent?.floatString('x00181074')]
  const remains = agent === undefined ? undefined : remainsOf(dataSet, agent)
  if (!isPositive(weight) || !isPositive(dose) || remains === undefined) return undefined
  return (dose * remains) / (weight * 1000)
}

function isCorrected(dataSet: DataSet): boolean {
  const done =
    dataSet
      .string('x00280051')
      ?.split('\\')
      .map((word) => word.trim()) ?? []
  return done.includes('ATTN') && done.includes('DECY')
}

/** How much of the dose is left at the time to which the decay is corrected. */
function remainsOf(dataSet: DataSet, agent: DataSet): number | undefined {
  const to = dataSet.string('x00541102')?.trim()
  if (to === 'ADMIN') return 1
  const halfLife = agent.floatString('x00181075')
  const begun = timeOf(dataSet.string('x00080021'), dataSet.string('x00080031'))
  const taken = timeOf(dataSet.string('x00080022'), dataSet.string('x00080032'))
  const injectedAt = agent.string('x00181078')?.trim()
  const injected =
    injectedAt === undefined
      ? timeOf(dataSet.string('x00080021'), agent.string('x00181072'))
      : timeOf(injectedAt.slice(0, 8), injectedAt.slice(8))
  if (to !== 'START' || !isPositive(halfLife) || begun === undefined || injected === undefined) return undefined
  // A series that was written anew has a time of its own, which is later than its images are.
  if (taken === undefined || begun > taken) return undefined
  const seconds = begun - injected
  // Injected a day before, or after all: the times are not those of one clock.
  return seconds >= 0 && seconds < 86_400 ? 0.5 ** (seconds / halfLife) : undefined
}

/** Seconds since the epoch, as if in UTC: only differences are taken. */
function timeOf(date: string | undefined, time: string | undefined): number | undefined {
  const day = /^(\d{4})(\d{2})(\d{2})$/u.exec(date?.trim() ?? '')
  const clock = /^(\d{2})(\d{2})(\d{2}(?:\.\d+)?)/u.exec(time?.trim() ?? '')
  if (day === null || clock === null) return undefined
  const [, hours, minutes, seconds] = clock.map(Number)
  const midnight = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000
  return midnight + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0
}
