export { createDeidentifier, type Deidentifier, type DeidentifyOptions } from './deidentifier.ts'
export { type DeidentifierOptions } from './deidentifier-options.ts'
export { type NamedDeidentifier, parseDeidentifierName } from './deidentifier-name.ts'
export { type BurnedInReason, burnedInWarnings, type BurnedInWarning } from './pixels/burned-in.ts'
export { type Rectangle } from './pixels/rectangle.ts'
export { createProfile, type Profile } from './profile/profile.ts'
export {
  type Cleaned,
  cleanMethods,
  type ProfileOptions,
  type Retained,
  retainMethods,
} from './profile/profile-options.ts'
export { type Rule, type RuleOf } from './profile/rule.ts'
export { type DeidentificationReport, type Doing, doings, type ReportedAttribute } from './report/report.ts'
export { type Change } from './rewrite/rewriting.ts'
export { type SafePrivate, safePrivate } from './table/safe-private.ts'
export { deidentifying, transformKeywords, type TransformOptions } from './transform.ts'
