import type { GcsObject } from '../state/gcs-object.ts'
import { etagOf } from '../state/gcs-object.ts'
import { GcsError } from './gcs-error.ts'
import type { GcsRequest } from './gcs-request.ts'

/** Conditions on generation and metageneration, in the query of the JSON API or the headers of the XML API. */
export interface Preconditions {
  readonly generationMatch: string | undefined
  readonly generationNotMatch: string | undefined
  readonly metagenerationMatch: string | undefined
  readonly metagenerationNotMatch: string | undefined
}

export const noPreconditions: Preconditions = {
  generationMatch: undefined,
  generationNotMatch: undefined,
  metagenerationMatch: undefined,
  metagenerationNotMatch: undefined,
}

export function preconditionsOf({ query, headers }: GcsRequest, source = false): Preconditions {
  const name = (rest: string) => (source ? `ifSource${rest}` : `if${rest}`)
  const of = (rest: string, header: string) => {
    const value = query.get(name(rest)) ?? (source ? undefined : headers.get(header)) ?? undefined
    if (value !== undefined && !/^\d{1,20}$/u.test(value)) {
      throw new GcsError('invalid', { message: `Invalid value for ${name(rest)}.` })
    }
    return value
  }
  return {
    generationMatch: of('GenerationMatch', 'x-goog-if-generation-match'),
    generationNotMatch: of('GenerationNotMatch', 'x-goog-if-generation-not-match'),
    metagenerationMatch: of('MetagenerationMatch', 'x-goog-if-metageneration-match'),
    metagenerationNotMatch: of('MetagenerationNotMatch', 'x-goog-if-metageneration-not-match'),
  }
}

/** Before something is written over `live`, or over nothing. */
export function checkWrite(conditions: Preconditions, live: GcsObject | undefined): void {
  const { generationMatch, generationNotMatch, metagenerationMatch, metagenerationNotMatch } = conditions
  const generation = live?.generation ?? '0'
  const metageneration = live === undefined ? undefined : String(live.metageneration)
  const failed =
    (generationMatch !== undefined && generationMatch !== generation) ||
    (generationNotMatch !== undefined && generationNotMatch === generation) ||
    (metagenerationMatch !== undefined && metagenerationMatch !== metageneration) ||
    (metagenerationNotMatch !== undefined && metagenerationNotMatch === metageneration)
  if (failed) throw new GcsError('conditionNotMet')
}

/** Before `object` is read; says whether it is to be answered that it is not modified (304). */
export function checkRead(conditions: Preconditions, object: GcsObject, request: GcsRequest): 'read' | 'not-modified' {
  const { generationNotMatch, metagenerationNotMatch, ...positive } = conditions
  checkWrite({ ...noPreconditions, ...positive }, object)
  const etag = request.api === 'json' ? etagOf(object) : `"${etagOf(object)}"`
  const { headers } = request
  const ifMatch = headers.get('if-match')
  if (ifMatch !== undefined && ifMatch !== '*' && !sameTag(ifMatch, etag)) throw new GcsError('conditionNotMet')
  const ifNoneMatch = headers.get('if-none-match')
  const same =
    generationNotMatch === object.generation ||
    metagenerationNotMatch === String(object.metageneration) ||
    (ifNoneMatch !== undefined && (ifNoneMatch === '*' || sameTag(ifNoneMatch, etag)))
  return same ? 'not-modified' : 'read'
}

function sameTag(listed: string, etag: string): boolean {
  const plain = (tag: string) => tag.trim().replace(/^(?:W\/)?"?|"$/gu, '')
  return listed.split(',').some((tag) => plain(tag) === plain(etag))
}
