import type { Attributes } from '@gantry/core'

/** Words of a patient's name and ID, in lower case. */
export function namesOf(attributes: Attributes): ReadonlySet<string> {
  const words = `${attributes['PatientName'] ?? ''} ${attributes['PatientID'] ?? ''}`.split(/[^\p{L}\p{N}]+/u)
  return new Set(words.map((word) => word.toLowerCase()).filter((word) => word !== ''))
}
