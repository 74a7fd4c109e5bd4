import type { DicomJson } from '@gantry/core'

/** `Doe, Jane`: as it is written in the alphabet, or where it is written in no other way, by ideographs. */
export function patientName(json: DicomJson): string {
  const [name] = json['00100010']?.Value ?? []
  const { Alphabetic = '', Ideographic = '' } = (name ?? {}) as {
    readonly Alphabetic?: string
    readonly Ideographic?: string
  }
  return (Alphabetic || Ideographic)
    .split('^')
    .filter((part) => part !== '')
    .join(', ')
}
