import type { Attributes, Entry, ImageIdentity } from '@gantry/core'
import { tagOfKeyword, vrOfTag } from '@gantry/dicom'
import type { Transform } from '@gantry/transfer/transform'

import type { Deidentifier } from './deidentifier.ts'
import type { DeidentificationReport } from './report/report.ts'
import { fits } from './rewrite/fits.ts'
import { patientOf } from './rewrite/rewritten-header.ts'
import { isInstanceUID, shortTexts } from './table/beyond-table.ts'
import { cleanText } from './values/clean-text.ts'
import { dummyOf } from './values/dummy.ts'
import { namesOf, namesSomebody, personKeywords } from './values/names-of.ts'
import { shiftDate } from './values/shift-date.ts'
import { widths } from './values/widths.ts'

export interface TransformOptions {
  /** Told what was done to an entry, once it has passed; again for every attempt at it. */
  readonly onReport?: ((entry: Entry, report: DeidentificationReport) => void) | undefined
}

/** Attributes that entries must have for the transform to tell what they become, besides those that a layout asks for. */
export const transformKeywords: readonly string[] = [
  'PatientID',
  'OtherPatientIDs',
  'AccessionNumber',
  ...personKeywords,
]

/**
 * Whether a text is a value of the VR, so that a path tells no more than it. Stricter than for a header, where codes of small
 * letters stay: how a file wrote the attribute is not known here, and a name may have been put where a code belongs.
 */
function isOf(vr: string, tag: number, text: string): boolean {
  if (vr === 'CS') return /^[A-Z0-9 _\\]*$/u.test(text)
  // Numbers of so many bytes have become text by being read as numbers.
  return vr in widths || fits(tag, vr, utf8.encode(text))
}

const utf8 = new TextEncoder()

/**
 * A step of a copy that de-identifies. Paths, parcels and all that the destination hears are those of the de-identified
 * image: `<study>/<series>/<instance>.dcm`, or what a layout makes of it. What is no image is refused.
 */
export function deidentifying(deidentifier: Deidentifier, { onReport }: TransformOptions = {}): Transform {
  const { profile, hash, name } = deidentifier

  const uid = (one: string) => (profile.retain.has('uids') ? hash.retainedUID(one) : hash.uid(one))

  function imageOf(image: ImageIdentity): ImageIdentity {
    return {
      ...image,
      studyInstanceUID: uid(image.studyInstanceUID),
      seriesInstanceUID: uid(image.seriesInstanceUID),
      sopInstanceUID: uid(image.sopInstanceUID),
    }
  }

  function attributesOf(source: Attributes, { studyInstanceUID: StudyInstanceUID }: ImageIdentity): Attributes {
    const patient = patientOf({ StudyInstanceUID, ...source })
    const names = namesOf(source)
    const become: { [keyword: string]: string } = {}
    for (const [keyword, text] of Object.entries(source)) {
      const value = attributeOf(keyword, text, { patient, names })
      if (value !== undefined && value !== '') become[keyword] = value
    }
    return become
  }

  /** As the header will have it, or nothing. */
  function attributeOf(
    keyword: string,
    text: string,
    { patient, names }: { readonly patient: string; readonly names: ReadonlySet<string> },
  ): string | undefined {
    const tag = tagOfKeyword(keyword) ?? 0
    const vr = vrOfTag(tag) ?? 'UN'
    const { rule, otherwise } = profile.ruleOf(tag)
    const values = text.split('\\')
    const dummy = () => (otherwise === 'dummy' ? String(dummyOf(vr)) : undefined)
    switch (rule) {
      case 'keep':
        if (isInstanceUID(tag)) return values.map((one) => hash.retainedUID(one)).join('\\')
        if (!isOf(vr, tag, text)) return undefined
        if (!shortTexts.has(vr) || !namesSomebody(text, names)) return text
        return cleanText(text, names) || String(dummyOf(vr))
      case 'uid':
        return values.map((one) => hash.uid(one)).join('\\')
      case 'pseudonym':
        return hash.pseudonym(patient)
      case 'dummy':
        return String(dummyOf(vr))
      case 'shift': {
        const shifted = values.map((value) => shiftDate(vr, value, hash.days(patient)))
        return shifted.includes(undefined) ? dummy() : shifted.join('\\')
      }
      case 'clean': {
        const cleaned = cleanText(text, names)
        return cleaned === '' ? dummy() : cleaned
      }
      default:
        return undefined
    }
  }

  return {
    name,
    apply: (entry, body, { measuring = false }) =>
      deidentifier.apply(
        body,
        onReport === undefined || measuring ? {} : { onReport: (report) => onReport(entry, report) },
      ),
    become({ image: source, attributes, contentType }) {
      const image = source === undefined ? undefined : imageOf(source)
      return {
        // Without the name of the source, and no path at all of what is no image: that is refused.
        path:
          image === undefined ? '' : `${image.studyInstanceUID}/${image.seriesInstanceUID}/${image.sopInstanceUID}.dcm`,
        ...(contentType !== undefined && { contentType }),
        ...(image !== undefined && { image }),
        ...(source !== undefined && attributes !== undefined && { attributes: attributesOf(attributes, source) }),
      }
    },
    alias: (path) => hash.alias(path),
  }
}
