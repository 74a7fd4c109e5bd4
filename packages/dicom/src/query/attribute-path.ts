import { GantryError } from '@gantry/core'

import { tagOfKeyword } from '../dictionary/dictionary.ts'

/**
 * The tags (`GGGGEEEE`) that a name stands for: a keyword, a tag of eight hexadecimal digits, or several of those through
 * sequences, joined by dots (PS3.18 8.3.1.1). `invalid` for a name that is none, which it says.
 */
export function attributePath(name: string): readonly string[] {
  return name.split('.').map((part) => {
    if (/^[0-9a-f]{8}$/iu.test(part)) return part.toUpperCase()
    const tag = tagOfKeyword(part)
    if (tag === undefined) throw unknownAttribute(name)
    return tag.toString(16).padStart(8, '0').toUpperCase()
  })
}

function unknownAttribute(name: string): GantryError {
  // A name is none of a patient's; but one that was made of a value by mistake is not repeated at length.
  const shown = /^[\w.,()-]{1,64}$/u.test(name) ? `"${name}"` : 'A name'
  return new GantryError(
    'invalid',
    `${shown} is no DICOM attribute: give a keyword such as PatientID, or a tag such as 00100020.`,
  )
}
