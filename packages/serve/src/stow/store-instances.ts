import { type Bytes, isGantryError, Refusal, tap } from '@gantry/core'
import { type DicomLayout, stringifyDicomJson } from '@gantry/dicom'
import { multipartParts, type MultipartPart } from '@gantry/http'

import { acceptedBy, holds, mediaTypeOf } from '../http/accept.ts'
import { type Answer, type Ask, text } from '../http/exchange.ts'
import { notAcceptable } from '../http/refusal.ts'
import type { ServerParts } from '../parts.ts'
import { type Outcome, outcomeJson, reasons } from './outcome.ts'
import { storeInstance, type Storing } from './store-instance.ts'

/** Instances that came whole and are being made safe while the next one comes. */
const mostPending = 8

/** Parts in a row that are nothing that could be stored: what goes on like that would cost much, and bring nothing. */
const mostInARow = 1000

/** STOW-RS: instance by instance, as the request comes. */
export async function storeInstances(
  ask: Ask,
  parts: ServerParts,
  options: { readonly layout: DicomLayout; readonly study: string | undefined },
): Promise<Answer> {
  const type = ['application/dicom+json', 'application/json'].find((one) => {
    return acceptedBy(ask).some((range) => holds(range, one))
  })
  if (type === undefined) throw notAcceptable('application/dicom+json')
  const storing: Storing = { parts, signal: ask.signal, ...options }
  const outcomes: Outcome[] = []
  const pending: Promise<Outcome>[] = []
  let inARow = 0
  const settle = async (pended: Promise<Outcome>) => {
    const outcome = await pended
    outcomes.push(outcome)
    inARow = outcome.image === undefined ? inARow + 1 : 0
    if (inARow >= mostInARow) throw new Refusal('invalid', `${mostInARow} parts in a row are no DICOM instances.`)
  }
  for await (const { body, size, isDicom } of instancesIn(ask, parts)) {
    const { passed, whole } = watched(body)
    const outcome = isDicom
      ? storeInstance(storing, passed, size)
      : Promise.resolve<Outcome>({ reason: reasons.cannotUnderstand })
    outcome.catch(() => {})
    pending.push(outcome)
    // The next part begins where this one ends; that it is on the disk need not be waited for.
    await Promise.race([whole, outcome])
    if (outcomes.length + pending.length > parts.limits.requestInstances) throw tooLarge()
    if (pending.length >= mostPending) await settle(pending.shift() as Promise<Outcome>)
    // One chunk may hold thousands of parts that are nothing: others shall have a turn.
    if (outcomes.length % 64 === 63) await new Promise<void>((resolve) => void setTimeout(resolve, 0))
  }
  for (const outcome of pending) await settle(outcome)
  if (outcomes.length === 0) throw new Refusal('invalid', 'The request holds no instances.')
  const { status, json } = outcomeJson(outcomes, ask.root)
  return text(stringifyDicomJson(json), type, status)
}

interface Sent {
  readonly body: Bytes
  readonly size: number | undefined
  readonly isDicom: boolean
}

async function* instancesIn(ask: Ask, parts: ServerParts): AsyncGenerator<Sent, void, undefined> {
  const type = mediaTypeOf(ask.header('content-type'))
  const encoding = ask.header('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== '') {
    throw new Refusal('unsupported', 'Requests are taken as they are, without Content-Encoding.', {
      status: 415,
      headers: { 'Accept-Encoding': 'identity' },
    })
  }
  const limit = parts.limits.requestBytes
  const length = lengthIn(ask.header('content-length'))
  if (length !== undefined && length > limit) throw tooLarge()
  let seen = 0
  const bounded = tap(ask.body, (chunk) => {
    seen += chunk.length
    if (seen > limit) throw tooLarge()
  })
  if (type?.type === 'application/dicom') {
    yield { body: bounded, size: length, isDicom: true }
    return
  }
  const { boundary, type: of = 'application/dicom' } = type?.parameters ?? {}
  if (type?.type !== 'multipart/related' || of.toLowerCase() !== 'application/dicom' || boundary === undefined) {
    throw new Refusal('unsupported', 'Instances are sent as multipart/related; type="application/dicom".', {
      status: 415,
      headers: { Accept: 'multipart/related; type="application/dicom", application/dicom' },
    })
  }
  try {
    for await (const part of multipartParts(bounded, boundary)) {
      yield { body: part.body, size: part.size, isDicom: holdsDicom(part) }
    }
  } catch (error) {
    if (!isGantryError(error) || (error.code !== 'integrity' && error.code !== 'unavailable')) throw error
    throw new Refusal('invalid', 'The request is no multipart body, or not all of one: send it again.', {
      cause: error,
    })
  }
}

function holdsDicom({ headers }: MultipartPart): boolean {
  const type = mediaTypeOf(headers.get('content-type'))?.type ?? 'application/dicom'
  return type === 'application/dicom' || type === 'application/octet-stream'
}

/** The same body, and when it has been read to its end. */
function watched(body: Bytes): { readonly passed: Bytes; readonly whole: Promise<void> } {
  let end = (): void => {}
  const whole = new Promise<void>((resolve) => {
    end = resolve
  })
  const passed = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* body
    end()
  }
  return { passed: passed(), whole }
}

function lengthIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/u.test(header) ? Number(header) : undefined
}

function tooLarge(): Refusal {
  return new Refusal('invalid', 'The request is larger than this server takes: send fewer instances at a time.', {
    status: 413,
  })
}
