import { type DataSet, itemsOf } from '@gantry/dicom'

import type { Retained } from '../profile/profile-options.ts'
import { isOfDay } from '../values/birth-date.ts'
import { latin1Of } from '../values/latin1.ts'

/** Sequences of content items (PS3.3 C.17.3, C.7.6.14, C.7.6.22): an item says what it is by a code, and then its value. */
const contentSequences: ReadonlySet<number> = new Set([0x0040a730, 0x00400555, 0x00400612, 0x00400610])
const conceptNameCodeSequence = 0x0040a043
const codeValues: readonly number[] = [0x00080100, 0x00080119]
const codingSchemeDesignator = 0x00080102

/**
 * What the profile removes from a header, as content items have it: the observation context of PS3.16 (TID 1001 to 1010),
 * and what patients are like. By the option that retains it, where there is one.
 */
const concepts: Partial<Readonly<Record<Retained | 'never', string>>> = {
  never: `DCM/121008 DCM/121020 DCM/121021 DCM/121022 DCM/121029 DCM/121030 DCM/121031 DCM/121036 DCM/121041 LN/21112-8
    SCT/184099003 SCT/371484003 SCT/398225001`,
  'patient-characteristics': `DCM/121032 DCM/121033 DCM/121034 DCM/121035 DCM/121118 LN/30525-0 LN/46098-0 LN/29463-7
    LN/8302-2 SCT/397669002 SCT/424144002 SCT/263495000 SCT/27113001 SCT/363808001 SCT/50373000 SCT/60621009
    SCT/103579009 SCT/364699009`,
  device: 'DCM/121013 DCM/121016 DCM/121017 DCM/113877 DCM/113880',
  institution: 'DCM/121009',
}

const retainedBy: ReadonlyMap<string, Retained | 'never'> = new Map(
  (Object.entries(concepts) as [Retained | 'never', string][]).flatMap(([by, codes]) =>
    codes.split(/\s+/u).map((code) => [code, by] as const),
  ),
)

/** Whether the items of a sequence are to be asked. */
export function holdsContent(tag: number): boolean {
  return contentSequences.has(tag)
}

/** DateTime and Date of a content item. */
const moments: readonly number[] = [0x0040a120, 0x0040a121]

export interface Asked {
  readonly retained: ReadonlySet<Retained>
  readonly birthDate: string | undefined
}

/**
 * Whether a content item says what the profile removes (PS3.15 E.3.4), or the day on which the patient was born, whatever it
 * calls that: it goes as a whole, with what lies below it.
 */
export function isIdentifying(item: DataSet, { retained, birthDate }: Asked): boolean {
  if (birthDate !== undefined && item.some(({ tag, value }) => moments.includes(tag) && isOfDay(value, birthDate))) {
    return true
  }
  const name = item.find(({ tag }) => tag === conceptNameCodeSequence)
  const [concept] = name === undefined ? [] : itemsOf(name)
  if (concept === undefined) return false
  const text = (tag: number) => latin1Of(concept.find((one) => one.tag === tag)?.value ?? new Uint8Array(0)).trim()
  return codeValues.some((tag) => {
    const by = retainedBy.get(`${text(codingSchemeDesignator)}/${text(tag)}`)
    return by !== undefined && (by === 'never' || !retained.has(by))
  })
}
