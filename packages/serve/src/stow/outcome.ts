import type { DicomJson, DicomJsonElement, ImageIdentity } from '@gantry/core'

/** Why an instance was not stored (PS3.18 table I.2-2; the last as Azure has it, which clients know). */
export const reasons = {
  outOfResources: 0xa700,
  cannotUnderstand: 0xc000,
  processingFailure: 0x0110,
  alreadyThere: 0xb00e,
} as const

/** What became of one part of a request; without an image where it could not be told which it is. */
export interface Outcome {
  readonly image?: ImageIdentity
  /** Absent: it is stored. */
  readonly reason?: number
}

/** The answer to a request that stored (PS3.18 10.5.3.1): 200 all, 202 some, 409 none. */
export function outcomeJson(
  outcomes: readonly Outcome[],
  root: string,
): { readonly status: number; readonly json: DicomJson } {
  const stored = outcomes.filter(({ reason }) => reason === undefined)
  const failed = outcomes.filter(({ reason, image }) => reason !== undefined && image !== undefined)
  const unknown = outcomes.filter(({ image }) => image === undefined)
  const studies = new Set(stored.map(({ image }) => image?.studyInstanceUID))
  const [only] = studies
  const json: { [tag: string]: DicomJsonElement } = {
    ...(studies.size === 1 && { '00081190': url(`${root}/studies/${only}`) }),
    ...(failed.length > 0 && { '00081198': { vr: 'SQ', Value: failed.map(failedItem) } }),
    ...(stored.length > 0 && {
      '00081199': { vr: 'SQ', Value: stored.map(({ image }) => storedItem(image as ImageIdentity, root)) },
    }),
    ...(unknown.length > 0 && { '0008119A': { vr: 'SQ', Value: unknown.map(({ reason }) => failure(reason)) } }),
  }
  return { status: stored.length === outcomes.length ? 200 : stored.length > 0 ? 202 : 409, json }
}

function storedItem(image: ImageIdentity, root: string): DicomJson {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
  const path = `/studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}`
  return { ...reference(image), '00081190': url(`${root}${path}`) }
}

function failedItem({ image, reason }: Outcome): DicomJson {
  return { ...reference(image as ImageIdentity), ...failure(reason) }
}

function reference({ sopClassUID, sopInstanceUID }: ImageIdentity): DicomJson {
  return { '00081150': { vr: 'UI', Value: [sopClassUID] }, '00081155': { vr: 'UI', Value: [sopInstanceUID] } }
}

function failure(reason: number | undefined): DicomJson {
  return { '00081197': { vr: 'US', Value: [reason ?? reasons.processingFailure] } }
}

function url(value: string): DicomJsonElement {
  return { vr: 'UR', Value: [value] }
}
