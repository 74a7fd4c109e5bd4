/** What is done with an attribute; sequences that are kept or cleaned are gone through, item by item. */
export type Rule =
  /** As it stands. */
  | 'keep'
  | 'remove'
  /** Zero length. */
  | 'empty'
  /** A value that means nothing, valid for the VR. */
  | 'dummy'
  /** Another UID, always the same one for the same. */
  | 'uid'
  /** The same day for the same patient, so many days earlier. */
  | 'shift'
  /** Only the words that are known to name no one; what the basic profile does where none are left. */
  | 'clean'
  /** Another name for the patient, always the same one. */
  | 'pseudonym'

/** Whether it asks nothing of the value but whether there is one. */
export function isBlind(rule: Rule): boolean {
  return rule === 'remove' || rule === 'empty' || rule === 'dummy'
}

/** `otherwise`: where there is nothing to shift or left of what was cleaned. */
export interface RuleOf {
  readonly rule: Rule
  readonly otherwise: 'remove' | 'empty' | 'dummy'
}
