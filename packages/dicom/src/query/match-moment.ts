import { type MomentVR, parseMoment, type Span } from './moment.ts'

/** From, and to, both included; open where there is none. */
export interface MomentRange {
  readonly from?: Span
  readonly to?: Span
}

/** Hours and minutes that a zone can be behind UTC by: a hyphen before those belongs to the moment (PS3.4 C.2.2.2.5.3). */
const behind = String.raw`(?:[+]\d{4}|-(?:0\d|1[0-4])[0-5]\d(?!\d))`
const moments: { readonly [VR in MomentVR]: string } = {
  DA: String.raw`[\d.]+`,
  TM: String.raw`[\d:.]+`,
  DT: String.raw`\d+(?:\.\d+)?${behind}?`,
}

/**
 * A key of date or time: a single value, which stands for all that it covers (`10` is ten o'clock until before eleven), or
 * a range that may be open on one side. `undefined` for what is none.
 */
export function parseRange(vr: MomentVR, key: string): MomentRange | undefined {
  const match = new RegExp(`^\\s*(${moments[vr]})?\\s*(-)?\\s*(${moments[vr]})?\\s*$`, 'u').exec(key)
  if (match === null) return undefined
  const [, first, hyphen, last] = match
  if (hyphen === undefined && last !== undefined) return undefined
  const from = first === undefined ? undefined : parseMoment(vr, first)
  const to = last === undefined ? undefined : parseMoment(vr, last)
  if ((first !== undefined && from === undefined) || (last !== undefined && to === undefined)) return undefined
  if (hyphen === undefined) return from === undefined ? undefined : { from, to: from }
  if (from === undefined && to === undefined) return undefined
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** Whether something that begins at a moment lies within. */
export function isWithin({ from, to }: MomentRange, at: Span): boolean {
  return (from === undefined || at.first >= from.first) && (to === undefined || at.first <= to.last)
}
