import { GantryError } from '@gantry/core'
import { tagOfKeyword, vrOfTag } from '@gantry/dicom'

import { beyondTable } from '../table/beyond-table.ts'
import { type BasicAction, type ConfidentialityRow, confidentialityTable } from '../table/confidentiality-table.ts'
import {
  basicProfile,
  type Cleaned,
  cleanMethods,
  type ProfileMethod,
  type ProfileOptions,
  type Retained,
  retainMethods,
} from './profile-options.ts'
import type { Rule, RuleOf } from './rule.ts'

/** The rules that a profile and its options make. */
export interface Profile {
  readonly retain: ReadonlySet<Retained>
  readonly clean: ReadonlySet<Cleaned>
  /** Codes of CID 7050, for (0012,0064). */
  readonly methods: readonly Pick<ProfileMethod, 'code' | 'meaning'>[]
  /** For (0028,0303). */
  readonly dates: 'REMOVED' | 'MODIFIED' | 'UNMODIFIED'
  /** Of any attribute but private ones. */
  ruleOf(tag: number): RuleOf
}

const patientName = tagOfKeyword('PatientName')
const patientID = tagOfKeyword('PatientID')
const textValue = 0x0040a160
const unformattedTextValue = 0x00700006

const removed: RuleOf = { rule: 'remove', otherwise: 'remove' }
const kept: RuleOf = { rule: 'keep', otherwise: 'remove' }

/**
 * The basic profile of PS3.15 with options. Where the standard leaves a choice that hangs on the kind of object, an
 * attribute that is there stays there, as little as that tells: emptied rather than removed, a dummy rather than empty.
 */
export function createProfile({ retain = [], clean = [] }: ProfileOptions = {}): Profile {
  const retained = new Set(retain)
  const cleaned = new Set(clean)
  if (retained.has('full-dates') && retained.has('modified-dates')) {
    throw new GantryError('invalid', 'Dates are retained in full or modified: choose one of the two.')
  }
  const chosen = [
    ...[...retained].map((name) => known(retainMethods, name)),
    ...[...cleaned].map((name) => known(cleanMethods, name)),
  ].toSorted((a, b) => (a.code < b.code ? -1 : 1))
  const columns = new Set(chosen.map(({ column }) => column))
  const rules = new Map<number, RuleOf>()
  for (const row of confidentialityTable()) {
    // Those of repeating groups are judged below.
    if (row.tag.includes('X')) continue
    const tag = Number.parseInt(row.tag, 16)
    rules.set(tag, ruleOfRow(row, vrOfTag(tag), columns))
  }
  // Z allows for a value that means nothing; that of one patient must be the same throughout.
  for (const tag of [patientName, patientID]) {
    if (tag !== undefined) rules.set(tag, { rule: 'pseudonym', otherwise: 'empty' })
  }
  // What cleaned trees and graphics are made of; a text that must be there is replaced.
  if (cleaned.has('structured-content')) rules.set(textValue, { rule: 'clean', otherwise: 'dummy' })
  if (cleaned.has('graphics')) rules.set(unformattedTextValue, { rule: 'clean', otherwise: 'dummy' })
  const dates = retained.has('full-dates') ? 'UNMODIFIED' : retained.has('modified-dates') ? 'MODIFIED' : 'REMOVED'

  function found(tag: number): RuleOf {
    const group = tag >>> 16
    // Curves and overlays repeat their groups, and stand and fall as a whole, but for what is written in them.
    if ((group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000) {
      // A voice is not graphics, wherever it is recorded.
      if ((group & 0xff00) === 0x5000 && isAudio(tag & 0xffff)) return removed
      const vr = vrOfTag(tag)
      return !cleaned.has('graphics') || vr === undefined || texts.has(vr) ? removed : kept
    }
    switch (beyondTable(tag)) {
      case 'keep':
        return kept
      case 'uid':
        return { rule: retained.has('uids') ? 'keep' : 'uid', otherwise: 'remove' }
      case 'clean':
        return { rule: 'clean', otherwise: 'dummy' }
      case 'date':
        return {
          rule: dates === 'UNMODIFIED' ? 'keep' : dates === 'MODIFIED' ? 'shift' : 'remove',
          otherwise: 'remove',
        }
      default:
        return removed
    }
  }

  return {
    retain: retained,
    clean: cleaned,
    methods: [basicProfile, ...chosen.map(({ code, meaning }) => ({ code, meaning }))],
    dates,
    ruleOf(tag) {
      let rule = rules.get(tag)
      if (rule !== undefined) return rule
      rule = found(tag)
      // Only what the dictionary knows is remembered: tags come from files.
      if (vrOfTag(tag) !== undefined) rules.set(tag, rule)
      return rule
    },
  }
}

function known<Name extends string>(methods: Readonly<Record<Name, ProfileMethod>>, name: Name): ProfileMethod {
  if (!Object.hasOwn(methods, name)) {
    throw new GantryError('invalid', `There is no option ${JSON.stringify(name)}: ${Object.keys(methods).join(', ')}.`)
  }
  return methods[name]
}

/** `K` of one option outweighs `C` of another; both outweigh the basic profile. */
function ruleOfRow(
  { basic, options }: ConfidentialityRow,
  vr: string | undefined,
  columns: ReadonlySet<string>,
): RuleOf {
  const own = basicRule(basic, vr)
  const otherwise = own === 'empty' || own === 'dummy' ? own : 'remove'
  // Before all that keeps: one true date beside shifted ones tells by how much.
  const shifts = columns.has('m') && options.has('m')
  if (shifts && vr !== undefined && dateVRs.has(vr)) return { rule: 'shift', otherwise }
  let cleaned: Rule | undefined
  for (const [column, action] of options) {
    if (!columns.has(column)) continue
    if (action === 'K') return { rule: 'keep', otherwise }
    cleaned = cleaningRule(column, vr, own)
  }
  return { rule: cleaned ?? own, otherwise }
}

function basicRule(basic: BasicAction, vr: string | undefined): Rule {
  // The images that an image was made from: their UIDs are replaced as all are.
  if (basic === 'X/Z/U*') return 'keep'
  if (basic === 'U') return 'uid'
  if (basic === 'X') return 'remove'
  if (basic === 'Z' || basic === 'X/Z') return 'empty'
  return vr === 'UI' ? 'uid' : 'dummy'
}

/** Audio of curves, retired: AudioType to AudioComments. */
const isAudio = (element: number) => element >= 0x2000 && element <= 0x200e

/** Descriptions, labels and dates of curves. */
const texts: ReadonlySet<string> = new Set(['DA', 'DT', 'LO', 'LT', 'SH', 'ST', 'TM', 'UT'])
const dateVRs: ReadonlySet<string> = new Set(['DA', 'DT', 'TM'])
const textVRs: ReadonlySet<string> = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT'])

function cleaningRule(column: string, vr: string | undefined, own: Rule): Rule {
  // An offset from UTC tells no more than times that stay as they are.
  if (column === 'm') return vr !== undefined && dateVRs.has(vr) ? 'shift' : vr === 'SH' ? 'keep' : own
  // Curves and overlays are judged where they lie, sequences item by item.
  if (column === 'g' || vr === 'SQ') return 'keep'
  return vr !== undefined && textVRs.has(vr) ? 'clean' : own
}
