import type { DicomJson } from '@gantry/core'

import { keywordOfTag, tagOfKeyword, vrOfTag } from '../dictionary/dictionary.ts'
import { isWithin, type MomentRange, parseRange } from './match-moment.ts'
import type { MatchingKey } from './matching-key.ts'
import { combineMoments, parseMoment } from './moment.ts'
import { elementsAt } from './values-at.ts'

/** The path of the time that belongs to a date: `StudyTime` to `StudyDate`. */
export function timeNameOf(path: readonly string[]): readonly string[] | undefined {
  const keyword = keywordOfTag(Number.parseInt(path.at(-1) ?? '', 16))
  if (keyword?.endsWith('Date') !== true) return undefined
  const tag = tagOfKeyword(keyword.replace(/Date$/u, 'Time'))
  if (tag === undefined || vrOfTag(tag) !== 'TM') return undefined
  return [...path.slice(0, -1), tag.toString(16).padStart(8, '0').toUpperCase()]
}

/** From the first time of the first day to the last time of the last: not those hours of each day. */
export function combinedKey(date: MatchingKey, time: MatchingKey): MatchingKey {
  const range = rangeOf(date, time)
  const valueAt = (dataSet: DicomJson, path: readonly string[]) => {
    const value = elementsAt(dataSet, path)[0]?.Value?.[0]
    return typeof value === 'string' ? value : ''
  }
  return {
    ...date,
    kind: 'range',
    told: (dataSet) => date.told(dataSet) && time.told(dataSet),
    matches(dataSet) {
      const of = parseMoment('DA', valueAt(dataSet, date.path))
      const at = parseMoment('TM', valueAt(dataSet, time.path))
      return of !== undefined && at !== undefined && isWithin(range, combineMoments(of, at))
    },
  }
}

function rangeOf(date: MatchingKey, time: MatchingKey): MomentRange {
  const days = parseRange('DA', date.value) ?? {}
  const hours = parseRange('TM', time.value) ?? {}
  return {
    ...(days.from !== undefined && { from: combineMoments(days.from, hours.from) }),
    ...(days.to !== undefined && { to: combineMoments(days.to, hours.to) }),
  }
}
