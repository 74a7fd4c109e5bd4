import { cleanPixelData } from '../profile/profile-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { Added } from './rewrite-data-set.ts'

const tags = {
  patientIdentityRemoved: 0x00120062,
  method: 0x00120063,
  methodCodes: 0x00120064,
  burnedInAnnotation: 0x00280301,
  longitudinalTemporalInformationModified: 0x00280303,
  codeValue: 0x00080100,
  codingSchemeDesignator: 0x00080102,
  codeMeaning: 0x00080104,
} as const

/** What a de-identified data set says of that (PS3.15 E.1.1, PS3.3 C.12.1.1.7), by tag. */
export function methodElements(profile: Profile, { blanked }: { readonly blanked: boolean }): readonly Added[] {
  const codes = blanked ? [...profile.methods, cleanPixelData].toSorted(byCode) : profile.methods
  const added: Added[] = [
    { tag: tags.patientIdentityRemoved, write: (out) => out.text(tags.patientIdentityRemoved, 'CS', 'YES') },
    { tag: tags.method, write: (out) => out.text(tags.method, 'LO', 'Gantry, DICOM PS3.15 Table E.1-1 of 2024-09-19') },
    {
      tag: tags.methodCodes,
      write(out) {
        out.sequence(tags.methodCodes, () => {
          for (const { code, meaning } of codes) {
            out.item(() => {
              out.text(tags.codeValue, 'SH', code)
              out.text(tags.codingSchemeDesignator, 'SH', 'DCM')
              out.text(tags.codeMeaning, 'LO', meaning)
            })
          }
        })
      },
    },
  ]
  if (blanked)
    added.push({ tag: tags.burnedInAnnotation, write: (out) => out.text(tags.burnedInAnnotation, 'CS', 'NO') })
  const { longitudinalTemporalInformationModified: longitudinal } = tags
  added.push({ tag: longitudinal, write: (out) => out.text(longitudinal, 'CS', profile.dates) })
  return added
}

function byCode(a: { readonly code: string }, b: { readonly code: string }): number {
  return a.code < b.code ? -1 : 1
}
