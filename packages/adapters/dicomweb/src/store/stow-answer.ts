import { type ErrorCode, GantryError } from '@gantry/core/driver'
import { z } from 'zod'

import { failureDetailSays } from '../errors/failure-detail.ts'
import { codeOfFailureReason } from '../errors/failure-reason.ts'

/** What a service says became of an instance that was sent. */
export type StoredInstance =
  | { readonly stored: true; readonly warning?: number | undefined }
  | { readonly stored: false; readonly code: ErrorCode; readonly reason: number | undefined }

/** What is `null` says no more than what is not there. */
const element = z.object({ Value: z.array(z.unknown()).nullish() }).nullish()
const itemSchema = z.object({
  '00081155': element,
  '00081196': element,
  '00081197': element,
  '00091097': element,
})
const items = z.object({ Value: z.array(itemSchema).nullish() }).nullish()
const answerSchema = z.object({ '00081199': items, '00081198': items })

/**
 * The Store Instances Response (PS3.18 I.2), by SOP Instance UID; `undefined` for what is none. What is named as stored and
 * as failed has failed: a service that says both is not believed the better half.
 */
export function parseStowAnswer(text: string): ReadonlyMap<string, StoredInstance> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  // Some answer with a list of one.
  const parsed = answerSchema.safeParse(Array.isArray(value) ? value[0] : value)
  if (!parsed.success) return undefined
  const told = new Map<string, StoredInstance>()
  for (const item of parsed.data['00081199']?.Value ?? []) {
    const warning = numberOf(item['00081196'])
    const uid = uidOf(item)
    if (uid !== undefined) told.set(uid, { stored: true, ...(warning !== undefined && { warning }) })
  }
  for (const item of parsed.data['00081198']?.Value ?? []) {
    const reason = numberOf(item['00081197'])
    const uid = uidOf(item)
    const code = failureDetailSays(item['00091097']?.Value?.[0]) ?? codeOfFailureReason(reason ?? 0x0110)
    if (uid !== undefined) told.set(uid, { stored: false, code, reason })
  }
  return told
}

/** Of the instance, without padding. */
function uidOf({ '00081155': uid }: z.output<typeof itemSchema>): string | undefined {
  const [value] = uid?.Value ?? []
  return typeof value === 'string' ? value.replace(/[\0 ]+$/u, '') : undefined
}

/** Some write numbers as texts. */
function numberOf(reason: z.output<typeof element>): number | undefined {
  const [value] = reason?.Value ?? []
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,5}$/u.test(value.trim()) ? Number(value) : undefined
}

/** The error that an instance's failure stands for. */
export function errorOfFailure({
  code,
  reason,
}: {
  readonly code: ErrorCode
  readonly reason: number | undefined
}): GantryError {
  const because = reason === undefined ? '' : ` (reason ${hex(reason)})`
  const messages: { readonly [Code in ErrorCode]?: string } = {
    already_exists: 'The DICOMweb service has another instance of that UID already',
    invalid: 'The DICOMweb service did not understand the instance, or it belongs to another study',
    unsupported: "The DICOMweb service does not take the instance's SOP class or transfer syntax",
    permission_denied: 'The credentials may not store this instance',
  }
  return new GantryError(code, `${messages[code] ?? 'The DICOMweb service could not store the instance'}${because}.`)
}

/** Coercion, elements discarded, and what nobody knows (PS3.18 I.2.2); that it does not match its SOP class changes nothing. */
export function saysAltered(warning: number): boolean {
  return warning !== 0 && warning !== 0xb007
}

/** What is kept is there, but is not what was sent, and will be neither the next time. */
export function errorOfWarning(warning: number): GantryError {
  return new GantryError(
    'integrity',
    `The DICOMweb service stored the instance, but altered: it changed attributes or left some out (warning ${hex(warning)}).`,
    { retryable: false },
  )
}

/** What the service says that it altered, or says nothing of, and lets nobody look at: it may be stored, and be the same. */
export function errorOfUnseen(warning: number | undefined): GantryError {
  const said =
    warning === undefined
      ? 'which did not say what became of it'
      : `which stored it, and says that it altered it (warning ${hex(warning)})`
  return new GantryError(
    'integrity',
    `The instance was sent to the DICOMweb service, ${said}; what it keeps may not be looked at: ask its owner for the right to read, or look there otherwise.`,
    { retryable: false },
  )
}

function hex(reason: number): string {
  return `${reason.toString(16).toUpperCase().padStart(4, '0')}h`
}
