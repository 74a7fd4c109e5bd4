import { type Attributes, checkPath, GantryError, type ImageIdentity } from '@gantry/core'

import { tagOfKeyword, vrOfTag } from '../dictionary/dictionary.ts'
import { safeSegment, safeValue } from './safe-segment.ts'

/** What is known of an image: an entry of a store has both. */
export interface TemplateValues {
  readonly image?: ImageIdentity
  readonly attributes?: Attributes
}

type Part = { readonly text: string } | { readonly keyword: string }

/** A template that was found to be sound. */
export interface PathTemplate {
  /** Attributes that it needs beyond the identity. */
  readonly keywords: readonly string[]
  /** A safe relative path: whatever the values are, as many segments as the template has. */
  path(values: TemplateValues): string
}

/**
 * Compiles `{PatientID}/{StudyDate}/{SOPInstanceUID}.dcm`. `invalid` for a keyword that the dictionary does not have,
 * or has for sequences or bytes, for a lone brace, and for text that is no relative path.
 */
export function compileTemplate(template: string): PathTemplate {
  const segments = template.split('/').map(partsOf)
  const path = (values: TemplateValues) =>
    checkPath(segments.map((parts) => safeSegment(parts.map((part) => textOf(part, values)).join(''))).join('/'))
  checkLiterals(template)
  path({})
  const named = segments.flat().flatMap((part) => ('keyword' in part ? [part.keyword] : []))
  const keywords = [...new Set(named)].filter((keyword) => !Object.hasOwn(identityKeys, keyword))
  return { keywords, path }
}

function partsOf(segment: string): readonly Part[] {
  const parts: Part[] = []
  for (const [, text, keyword] of segment.matchAll(/([^{}]+)|\{([A-Za-z0-9]+)\}|[{}]/gu)) {
    if (text !== undefined) parts.push({ text })
    else if (keyword === undefined) {
      throw new GantryError('invalid', 'A template names attributes as {PatientID}; a brace has no partner.')
    } else parts.push({ keyword: checkKeyword(keyword) })
  }
  return parts
}

/** The same, if an attribute of it could be a name. */
function checkKeyword(keyword: string): string {
  const tag = tagOfKeyword(keyword)
  if (tag === undefined) {
    throw new GantryError('invalid', `The template names ${keyword}, which is not the keyword of a DICOM attribute.`)
  }
  if (/^(?:O.|SQ|UN)$/u.test(vrOfTag(tag) ?? '')) {
    throw new GantryError('invalid', `The template names ${keyword}, which is a sequence or bytes, and makes no name.`)
  }
  return keyword
}

/** What is written in the template is the user's, and is not mended but refused. */
function checkLiterals(template: string): void {
  const literal = template.replaceAll(/\{[A-Za-z0-9]+\}/gu, 'x')
  checkPath(literal)
  for (const segment of literal.split('/')) {
    if (safeSegment(segment) !== segment || /[\\:*?"<>|\p{Cc}]/u.test(segment)) {
      throw new GantryError('invalid', 'The template has a segment that is no file name on every system.')
    }
  }
}

const identityKeys: { readonly [keyword: string]: keyof ImageIdentity } = {
  StudyInstanceUID: 'studyInstanceUID',
  SeriesInstanceUID: 'seriesInstanceUID',
  SOPInstanceUID: 'sopInstanceUID',
  SOPClassUID: 'sopClassUID',
  TransferSyntaxUID: 'transferSyntaxUID',
  NumberOfFrames: 'numberOfFrames',
}

function textOf(part: Part, { image, attributes }: TemplateValues): string {
  if ('text' in part) return part.text
  const key = Object.hasOwn(identityKeys, part.keyword) ? identityKeys[part.keyword] : undefined
  const value = key === undefined ? attributes?.[part.keyword] : (image?.[key] ?? attributes?.[part.keyword])
  return safeValue(String(value ?? ''))
}
