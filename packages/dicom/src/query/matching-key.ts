import { type DicomJson, type DicomJsonValue, GantryError } from '@gantry/core'

import { vrOfTag } from '../dictionary/dictionary.ts'
import { attributePath } from './attribute-path.ts'
import { type MomentVR, parseMoment } from './moment.ts'
import { isWithin, parseRange } from './match-moment.ts'
import { matchName } from './match-name.ts'
import { matchText } from './match-text.ts'
import { elementsAt } from './values-at.ts'

/** How a key is matched (PS3.4 C.2.2.2). */
export type MatchingKind = 'universal' | 'single' | 'wildcard' | 'range' | 'uids' | 'fuzzy'

/** One key of a query, compiled. */
export interface MatchingKey {
  /** As it was given. */
  readonly name: string
  /** Its tags (`GGGGEEEE`), the last that of the attribute, the others of the sequences it lies in. */
  readonly path: readonly string[]
  /** As the dictionary has it; `UN` for private attributes. */
  readonly vr: string
  readonly kind: MatchingKind
  /** The value as it was given. */
  readonly value: string
  /** Whether the data set has the attribute at all, with a value or without: where it has not, nothing can be said. */
  told(dataSet: DicomJson): boolean
  matches(dataSet: DicomJson): boolean
}

export interface MatchingOptions {
  /** Person names match where each word of the key begins a word of the name, in any order. */
  readonly fuzzy?: boolean | undefined
  /** A date and a time of the same thing are matched as one moment (PS3.4 C.2.2.2.5.4), not each by itself. */
  readonly combineDateTime?: boolean | undefined
}

/** Compiles a key; `invalid`, without the value, for one that its attribute cannot be matched by. */
export function compileKey(name: string, value: string, options: MatchingOptions = {}): MatchingKey {
  const path = attributePath(name)
  const vr = vrOfPath(path)
  const { kind, test } = ruleOf(name, vr, value, options)
  return {
    name,
    path,
    vr,
    kind,
    value,
    told: (dataSet) => elementsAt(dataSet, path.slice(0, 1)).length > 0,
    matches: (dataSet) =>
      test === undefined || elementsAt(dataSet, path).some((element) => (element.Value ?? []).some(test)),
  }
}

interface Rule {
  readonly kind: MatchingKind
  /** `undefined`: whatever the value is, and without one as well. */
  readonly test?: (value: DicomJsonValue) => boolean
}

function ruleOf(name: string, vr: string, value: string, { fuzzy }: MatchingOptions): Rule {
  if (/^\**$/u.test(value.trim())) return { kind: 'universal' }
  if (vr === 'UI') return uidRule(value)
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') return momentRule(name, vr, value)
  if (vr === 'PN') return { kind: fuzzy === true ? 'fuzzy' : kindOf(value), test: matchName(value, fuzzy === true) }
  if (numbers.has(vr)) return numberRule(name, value)
  if (unmatched.has(vr))
    throw unfit(name, 'a sequence or binary: only attributes within sequences are matched by value')
  return { kind: kindOf(value), test: matchText(vr, value) }
}

/** A list has commas in QIDO, backslashes in DIMSE. */
function uidRule(value: string): Rule {
  const uids = new Set(value.split(/[,\\]/u).map((uid) => uid.trim()))
  uids.delete('')
  return {
    kind: uids.size > 1 ? 'uids' : 'single',
    test: (given) => typeof given === 'string' && uids.has(given.trim()),
  }
}

function momentRule(name: string, vr: MomentVR, value: string): Rule {
  const range = parseRange(vr, value)
  if (range === undefined) throw unfit(name, 'a date or time: give one, or a range such as 20240101-20241231')
  const test = (given: DicomJsonValue) => {
    const at = typeof given === 'string' ? parseMoment(vr, given) : undefined
    return at !== undefined && isWithin(range, at)
  }
  return { kind: range.from === range.to ? 'single' : 'range', test }
}

function numberRule(name: string, value: string): Rule {
  const wanted = new Set(value.split('\\').map((part) => Number(part.trim() === '' ? Number.NaN : part)))
  if (wanted.has(Number.NaN)) throw unfit(name, 'a number: it is matched by one, without wildcards')
  return {
    kind: 'single',
    test: (given) => (typeof given === 'number' || typeof given === 'string') && wanted.has(Number(given)),
  }
}

function kindOf(value: string): MatchingKind {
  return /[*?]/u.test(value) ? 'wildcard' : 'single'
}

const numbers: ReadonlySet<string> = new Set(['DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'xs'])
const unmatched: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ'])

function vrOfPath(path: readonly string[]): string {
  const tags = path.map((tag) => Number.parseInt(tag, 16))
  return vrOfTag(tags.at(-1) ?? 0) ?? 'UN'
}

function unfit(name: string, why: string): GantryError {
  return new GantryError('invalid', `The value of "${name}" does not fit: it is ${why}.`)
}
