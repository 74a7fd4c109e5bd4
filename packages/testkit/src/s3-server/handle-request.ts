import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { authorize } from './authorize.ts'
import type { FaultList, S3FaultAction } from './fault.ts'
import { breakConnection, interferenceOf, sleepWhileOpen } from './fault-moments.ts'
import type { BodyInterference, S3Context } from './operations/context.ts'
import { corsHeaders } from './operations/cors.ts'
import { handlers } from './operations/handlers.ts'
import type { S3Answer } from './protocol/answer.ts'
import { authenticate } from './protocol/authenticate.ts'
import type { S3Operation } from './protocol/operation.ts'
import { parseRequest, type S3Request } from './protocol/request.ts'
import { S3Error } from './protocol/s3-error.ts'
import { writeErrorXml } from './protocol/write-xml.ts'
import { sendAnswer } from './send-answer.ts'
import type { World } from './state/world.ts'

export interface Desk {
  readonly world: World
  readonly faults: FaultList
  readonly requests: Partial<Record<S3Operation, number>>
}

/** One request from its arrival to its answer; never rejects. */
export async function handleRequest(
  desk: Desk,
  incoming: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
): Promise<void> {
  // A client that hangs up has nobody to be told about it.
  incoming.on('error', () => {})
  response.on('error', () => {})
  const id = randomUUID()
  response.setHeader('x-amz-request-id', id)
  // Clients correct their clocks by it.
  response.setHeader('date', new Date(desk.world.now()).toUTCString())
  // A client that was not told to go on may send its body or not: nothing can follow on that connection.
  if (awaitsContinue) response.setHeader('connection', 'close')
  let request: S3Request
  try {
    request = parseRequest(incoming)
  } catch (error) {
    await sendAnswer(response, errorAnswer(error, id))
    return
  }
  const { operation } = request
  if (operation) desk.requests[operation] = (desk.requests[operation] ?? 0) + 1
  const fault = desk.faults.take(request)
  if (fault && (await happensBefore(fault, response, id))) return
  const answer = await answerTo(desk.world, request, {
    id,
    interference: interferenceOf(fault, response),
    proceed: () => {
      if (!awaitsContinue) return
      response.removeHeader('connection')
      response.writeContinue()
    },
  })
  if (fault && 'when' in fault && fault.when === 'after') {
    if (typeof answer.body === 'object') await answer.body.bytes.release()
    await breakConnection(fault, response)
    return
  }
  const cors = corsHeaders(desk.world, request)
  const body = request.method === 'HEAD' ? undefined : answer.body
  await sendAnswer(response, { ...answer, body, headers: { ...answer.headers, ...cors } }, fault)
}

interface Circumstances {
  readonly id: string
  readonly interference: BodyInterference
  proceed(): void
}

async function answerTo(world: World, request: S3Request, circumstances: Circumstances): Promise<S3Answer> {
  const { operation, bucket } = request
  try {
    const identity = operation === 'Preflight' ? undefined : authenticate(world, request)
    if (!operation) throw new S3Error('NotImplemented')
    authorize(world, identity, operation, bucket)
    const context: S3Context = { world, request, identity, ...circumstances }
    return await handlers[operation](context)
  } catch (error) {
    return errorAnswer(error, circumstances.id, request)
  }
}

function errorAnswer(error: unknown, id: string, request?: S3Request): S3Answer {
  const known = error instanceof S3Error ? error : internalError(error)
  const body = writeErrorXml({
    Code: known.code,
    Message: known.message,
    ...(request?.bucket && { BucketName: request.bucket }),
    ...(request?.key && { Key: request.key }),
    ...known.elements,
    RequestId: id,
  })
  return { status: known.status, headers: { 'content-type': 'application/xml', ...known.headers }, body }
}

/** The server's own fault. Only its kind is told: its message may hold a path of this machine. */
function internalError(error: unknown): S3Error {
  const kind = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : typeof error
  return new S3Error('InternalError', { elements: { Cause: kind } })
}

/** True where the fault has ended the request. */
async function happensBefore(fault: S3FaultAction, response: ServerResponse, id: string): Promise<boolean> {
  if (fault.kind === 'delay') await sleepWhileOpen(fault.milliseconds, response)
  if (fault.kind === 'answer') {
    const { status, code = 'SlowDown', message = 'Please reduce your request rate.', retryAfter } = fault
    const headers = { 'content-type': 'application/xml', 'retry-after': retryAfter }
    const body = writeErrorXml({ Code: code, Message: message, RequestId: id })
    await sendAnswer(response, { status, headers, body: response.req.method === 'HEAD' ? undefined : body })
    return true
  }
  if (!('when' in fault) || fault.when !== 'before') return false
  await breakConnection(fault, response)
  return true
}
