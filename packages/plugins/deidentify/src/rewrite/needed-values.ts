import { vrOfTag } from '@gantry/dicom'

import { isBlind } from '../profile/rule.ts'
import { mayBeSafe } from './private-blocks.ts'
import type { Rules } from './rewritten-header.ts'

/** VRs of values that can be long, and that no one is called by. */
const bulk: ReadonlySet<string> = new Set('OB OD OF OL OV OW UN UT'.split(' '))

/** Whether a long value has to be at hand: what goes, or is replaced whatever it is, need not be held. */
export function isNeeded({ profile, safePrivate }: Rules, tag: number, vr: string): boolean {
  // Names and numbers of people are looked for in all that the header has of them, however it is written.
  if (!bulk.has(vr) || !bulk.has(vrOfTag(tag) ?? 'UN')) return true
  return (tag & 0x10000) === 0 ? !isBlind(profile.ruleOf(tag).rule) : mayBeSafe(tag, safePrivate)
}
