import { GantryError } from '@gantry/core'
import { type DataSet, type DicomElement, eachItemOf, vrOfTag } from '@gantry/dicom'

import { isBlind, type RuleOf } from '../profile/rule.ts'
import type { Doing } from '../report/report.ts'
import { isInstanceUID } from '../table/beyond-table.ts'
import type { ElementWriter } from './element-writer.ts'
import { isWrittenAs } from './fits.ts'
import { holdsContent, isIdentifying } from './identifying-items.ts'
import { isOfCode, isOwnCode } from './own-codes.ts'
import { overlaysKept } from './overlays.ts'
import { safeElements } from './private-blocks.ts'
import type { Change, Rewriting } from './rewriting.ts'
import { valueOf } from './value-of.ts'

/** An element that is put in, instead of one that may be there. */
export interface Added {
  readonly tag: number
  readonly write: (out: ElementWriter) => void
}

const removed: RuleOf = { rule: 'remove', otherwise: 'remove' }
const cleaned: RuleOf = { rule: 'clean', otherwise: 'dummy' }

/** Writes a data set as the profile wants it, and `added` at their places. */
export function rewriteDataSet(rewriting: Rewriting, elements: DataSet, out: ElementWriter, added: readonly Added[]) {
  new DataSetRewriter(rewriting, out).rewrite(elements, added)
}

class DataSetRewriter {
  readonly #rewriting: Rewriting
  readonly #out: ElementWriter
  readonly #within: (readonly [tag: number, item: number])[] = []

  constructor(rewriting: Rewriting, out: ElementWriter) {
    this.#rewriting = rewriting
    this.#out = out
  }

  rewrite(elements: DataSet, added: readonly Added[]): void {
    const { profile, safePrivate } = this.#rewriting
    const safe = safeElements(elements, safePrivate)
    const overlays = profile.clean.has('graphics') ? overlaysKept(elements) : undefined
    let next = 0
    for (const element of elements) {
      const { tag } = element
      for (; next < added.length && (added[next] as Added).tag < tag; next += 1) (added[next] as Added).write(this.#out)
      if (added[next]?.tag === tag) {
        this.#tell(element, 'replaced', '')
        continue
      }
      if ((tag & 0x10000) !== 0) this.#write(element, safe.has(element) ? 'keep' : removed)
      else if (overlays !== undefined && (tag & 0xff000000) >>> 0 === 0x60000000 && !overlays.has(tag >>> 16)) {
        this.#write(element, removed)
      } else this.#write(element, this.#ruleOf(element, elements))
    }
    for (; next < added.length; next += 1) (added[next] as Added).write(this.#out)
  }

  #ruleOf({ tag, vr }: DicomElement, around: DataSet): RuleOf {
    const rule = this.#rewriting.profile.ruleOf(tag)
    if (rule.rule === 'remove') return rule
    // Pixels within sequences are looked at by nobody.
    if (tag >>> 16 === 0x7fe0 && this.#within.length > 0) return removed
    const known = vrOfTag(tag)
    if (known === undefined) return removed
    // A UID is replaced, or fits, whatever it is written as; and an image without its UIDs is none.
    if (isInstanceUID(tag)) return rule
    if (!isWrittenAs(known, vr)) return removed
    return rule.rule === 'keep' && isOfCode(tag) && isOwnCode(around) ? cleaned : rule
  }

  #write(element: DicomElement, rule: RuleOf | 'keep'): void {
    const { tag } = element
    if (rule !== 'keep' && rule.rule === 'remove') return this.#tell(element, 'removed')
    const vr = rule === 'keep' ? element.vr : this.#vrOf(element)
    const isUnread = element.value === undefined && element.length !== 0
    if (isUnread && (rule === 'keep' || vr === 'SQ' || !isBlind(rule.rule))) {
      throw new GantryError('invalid', 'A value of the header is too long to be de-identified.')
    }
    if (rule !== 'keep' && vr === 'SQ') return this.#sequence(element, rule)
    const value = rule === 'keep' ? ({ doing: 'kept' } as const) : valueOf(this.#rewriting, element, vr, rule)
    const { doing } = value
    if (doing === 'removed') return this.#tell(element, doing)
    if (doing === 'kept') {
      this.#out.element(tag, vr, element.value ?? nothing, element.encoding, element.length === undefined)
      return this.#tell(element, doing)
    }
    if (typeof value.value === 'string') this.#out.text(tag, vr, value.value)
    else this.#out.element(tag, vr, value.value, this.#out.encoding)
    this.#tell(element, doing, typeof value.value === 'string' ? value.value : '0')
  }

  #sequence(element: DicomElement, { rule }: RuleOf): void {
    const { tag } = element
    const items = eachItemOf(element)
    if (rule === 'empty' || rule === 'dummy') {
      const isEmpty = items.next().done === true
      // A sequence that must not be empty gets an item that is.
      this.#out.sequence(tag, () => {
        if (rule === 'dummy' && !isEmpty) this.#out.item(() => {})
      })
      return this.#tell(element, isEmpty ? 'kept' : rule === 'empty' ? 'emptied' : 'replaced', '')
    }
    this.#tell(element, 'kept')
    const { profile, birthDate } = this.#rewriting
    this.#out.sequence(tag, () => {
      let index = 0
      for (const item of items) {
        index += 1
        if (holdsContent(tag) && isIdentifying(item, { retained: profile.retain, birthDate })) {
          for (const one of item) this.#tell(one, 'removed')
          continue
        }
        this.#within.push([tag, index])
        this.#out.item(() => this.rewrite(item, []))
        this.#within.pop()
      }
    })
  }

  /** Of what is written: the standard's where the file names none, or replaces a value. */
  #vrOf({ tag, vr }: DicomElement): string {
    const known = vrOfTag(tag) ?? vr
    const named = vr === 'UN' || vr === 'xs' || known === 'UI' ? known : vr
    return named === 'xs' ? (this.#rewriting.signed ? 'SS' : 'US') : named
  }

  #tell(element: DicomElement, doing: Doing, after?: string): void {
    const { tally, watch } = this.#rewriting
    tally.add(doing, element.tag)
    if (watch === undefined) return
    const change: Change = { element, doing, within: [...this.#within], ...(after !== undefined && { after }) }
    watch(change)
  }
}

const nothing = new Uint8Array(0)
