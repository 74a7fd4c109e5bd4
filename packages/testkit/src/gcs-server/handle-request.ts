import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { breakConnection, interferenceOf, sleepWhileOpen } from '../s3-server/fault-moments.ts'
import type { BodyInterference } from '../s3-server/operations/context.ts'
import { writeErrorXml } from '../s3-server/protocol/write-xml.ts'
import { sendAnswer } from '../s3-server/send-answer.ts'
import { authorize } from './authorize.ts'
import type { GcsFaultAction, GcsFaults } from './gcs-fault.ts'
import type { GcsAnswer } from './operations/gcs-context.ts'
import { handlers } from './operations/gcs-handlers.ts'
import { errorJson, GcsError } from './protocol/gcs-error.ts'
import { type GcsRequest, parseRequest } from './protocol/gcs-request.ts'
import type { GcsOperation } from './protocol/operation.ts'
import type { RetryTests } from './retry-tests.ts'
import type { GcsWorld } from './state/gcs-world.ts'

export interface GcsDesk {
  readonly world: GcsWorld
  readonly faults: GcsFaults
  readonly retryTests: RetryTests
  readonly requests: Partial<Record<GcsOperation, number>>
}

/** One request from its arrival to its answer; never rejects. */
export async function handleRequest(
  desk: GcsDesk,
  incoming: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Promise<void> {
  // A client that hangs up has nobody to be told about it.
  incoming.on('error', () => {})
  response.on('error', () => {})
  response.setHeader('x-guploader-uploadid', randomUUID())
  response.setHeader('date', new Date(desk.world.now()).toUTCString())
  if (awaitsContinue) response.setHeader('connection', 'close')
  let request: GcsRequest
  try {
    request = parseRequest(incoming)
  } catch (error) {
    await sendAnswer(response, errorAnswer(error, 'json'))
    return
  }
  const { operation } = request
  if (operation !== undefined) desk.requests[operation] = (desk.requests[operation] ?? 0) + 1
  const fault = desk.faults.take(request) ?? desk.retryTests.take(request)
  if (fault !== undefined && (await happensBefore(fault, response, request))) return
  const answer = await answerTo(desk, request, midwayOf(fault, response), () => {
    if (!awaitsContinue) return
    response.removeHeader('connection')
    response.writeContinue()
  })
  if (fault !== undefined && 'when' in fault && fault.when === 'after') {
    if (typeof answer.body === 'object') await answer.body.bytes.release()
    await breakConnection(fault, response)
    return
  }
  const inBody = fault?.kind === 'answer-midway' ? undefined : fault
  if (request.method !== 'HEAD') await sendAnswer(response, answer, inBody)
  else {
    if (typeof answer.body === 'object') await answer.body.bytes.release()
    await sendAnswer(response, { status: answer.status, headers: answer.headers })
  }
}

async function answerTo(
  { world, retryTests }: GcsDesk,
  request: GcsRequest,
  interference: BodyInterference,
  proceed: () => void,
): Promise<GcsAnswer> {
  const { operation, api } = request
  try {
    if (api === 'retry-test') return await retryTests.answer(request)
    if (operation === undefined) throw new GcsError('notImplemented')
    authorize(world, request, operation)
    return await handlers[operation]({ world, request, interference, proceed })
  } catch (error) {
    return errorAnswer(error, api)
  }
}

function errorAnswer(error: unknown, api: GcsRequest['api']): GcsAnswer {
  // The server's own fault: its message may hold a path of this machine.
  const known = error instanceof GcsError ? error : new GcsError('internal')
  const { status, reason, xmlCode, message, headers } = known
  if (api === 'xml') {
    const body = writeErrorXml({ Code: xmlCode, Message: message })
    return { status, headers: { 'content-type': 'application/xml; charset=UTF-8', ...headers }, body }
  }
  const body = errorJson(status, reason, message)
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8', ...headers }, body }
}

/** True where the fault has ended the request. */
async function happensBefore(fault: GcsFaultAction, response: ServerResponse, request: GcsRequest): Promise<boolean> {
  if (fault.kind === 'delay') await sleepWhileOpen(fault.milliseconds, response)
  if (fault.kind === 'answer') {
    const { status, code = 'backendError', message = 'Backend Error', retryAfter } = fault
    const headers = { 'content-type': 'application/json; charset=UTF-8', 'retry-after': retryAfter }
    const body = errorJson(status, code, message)
    await sendAnswer(response, { status, headers, ...(request.method !== 'HEAD' && { body }) })
    return true
  }
  if (!('when' in fault) || fault.when !== 'before') return false
  await breakConnection(fault, response)
  return true
}

function midwayOf(fault: GcsFaultAction | undefined, response: ServerResponse): BodyInterference {
  if (fault?.kind !== 'answer-midway') return interferenceOf(fault, response)
  return {
    received(bytes) {
      if (bytes >= fault.bytes) throw new Midway(fault.status)
    },
  }
}

class Midway extends GcsError {
  override readonly status: number

  constructor(status: number) {
    super('internal', { message: 'Backend Error', headers: { connection: 'close' } })
    this.status = status
  }
}
