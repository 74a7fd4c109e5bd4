import { type ErrorCode, GantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { codeOfFailure, elementSchema, failureSchema, numberOf } from '../errors/told-failure.ts'
import { parseTold } from '../parse-told.ts'

export interface StowFailure {
  readonly code: ErrorCode
  readonly reason: number | undefined
}

/** What a service says became of an instance that was sent. */
export type StoredInstance =
  | { readonly stored: true; readonly warning?: number | undefined }
  | ({ readonly stored: false } & StowFailure)

/** What a service answered, as far as it says so. */
export interface StowAnswer {
  /** By SOP Instance UID. */
  readonly instances: ReadonlyMap<string, StoredInstance>
  /** Of what it did not look into so far as to know which instance it is: Other Failures (0008,119A). */
  readonly others: readonly StowFailure[]
}

const itemSchema = failureSchema.extend({ '00081155': elementSchema, '00081196': elementSchema })
const items = z.object({ Value: z.array(itemSchema).nullish() }).nullish()
const answerSchema = z.object({ '00081199': items, '00081198': items, '0008119A': items })

/**
 * The Store Instances Response (PS3.18 I.2) in JSON or XML; `undefined` for what is none. What is named as stored and as failed has
 * failed: a service that says both is not believed the better half.
 */
export function parseStowAnswer(text: string): StowAnswer | undefined {
  const parsed = answerSchema.safeParse(parseTold(text))
  if (!parsed.success) return undefined
  const told = new Map<string, StoredInstance>()
  for (const item of parsed.data['00081199']?.Value ?? []) {
    const warning = numberOf(item['00081196'])
    const uid = uidOf(item)
    if (uid !== undefined) told.set(uid, { stored: true, ...(warning !== undefined && { warning }) })
  }
  for (const item of parsed.data['00081198']?.Value ?? []) {
    const uid = uidOf(item)
    if (uid !== undefined) told.set(uid, { stored: false, ...failureOf(item) })
  }
  return { instances: told, others: (parsed.data['0008119A']?.Value ?? []).map(failureOf) }
}

function failureOf(item: z.output<typeof itemSchema>): StowFailure {
  return { code: codeOfFailure(item) ?? 'unavailable', reason: numberOf(item['00081197']) }
}

/** What became of the instances that an answer does not name, where it can only be this; else `undefined`. */
export function failureOfUnnamed({ instances, others }: StowAnswer, sent: readonly string[]): StowFailure | undefined {
  const unnamed = new Set(sent.filter((uid) => !instances.has(uid))).size
  const [first] = others
  return others.length === unnamed && others.every(({ reason }) => reason === first?.reason) ? first : undefined
}

/** Of the instance, without padding, and the blanks of XML. */
function uidOf({ '00081155': uid }: z.output<typeof itemSchema>): string | undefined {
  const [value] = uid?.Value ?? []
  return typeof value === 'string' ? value.replaceAll('\0', '').trim() : undefined
}

/** The error that an instance's failure stands for. */
export function errorOfFailure({ code, reason }: StowFailure): GantryError {
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
