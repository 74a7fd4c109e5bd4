import type { DataSet } from '@gantry/dicom'

import { latin1Of } from '../values/latin1.ts'

const codingSchemeDesignator = 0x00080102
/** CodeValue, CodeMeaning, LongCodeValue. */
const ofCodes: ReadonlySet<number> = new Set([0x00080100, 0x00080104, 0x00080119])
/** Private schemes (PS3.3 8.2) begin with 99; `L` was for local ones. */
const own = /^(?:99.*|L)?$/u

/** Whether an attribute says what a code is, or what it means. */
export function isOfCode(tag: number): boolean {
  return ofCodes.has(tag)
}

/** Whether a code is of nobody's scheme but its writer's: then it may say anything, as a description does. */
export function isOwnCode(code: DataSet): boolean {
  const { value } = code.find(({ tag }) => tag === codingSchemeDesignator) ?? {}
  return value === undefined || own.test(latin1Of(value).trim())
}
