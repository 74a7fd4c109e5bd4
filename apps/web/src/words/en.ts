import { sharing } from './en-sharing.ts'
import { storing } from './en-storing.ts'
import { viewing } from './en-viewing.ts'

/** English. Another language is other files with these keys; what stands in braces is filled in. */
export const en = { ...viewing, ...sharing, ...storing } as const
