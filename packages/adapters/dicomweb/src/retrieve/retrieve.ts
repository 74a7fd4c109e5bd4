import { type Call, GantryError, HttpRefusal, isGantryError } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { following } from './following.ts'
import { partError, partialOf } from '../told-parts.ts'
import { acceptInstance, acceptInstances, acceptOctets, type TransferSyntaxChoice } from './media-types.ts'
import { type InstanceUids, type Resource, segmentsOf } from './resource.ts'
import { checkEnd, onlyPartOf, partsOf, type ReceivedPart, type RetrievedPart } from './retrieved-part.ts'

export interface RetrieveOptions {
  /** Default: that of the service's options, which is `*`: images as they are kept. */
  readonly transferSyntax?: TransferSyntaxChoice | undefined
}

/** One instance as a DICOM file, which fails at its end where it is not all there. */
export async function retrieveInstance(...of: Parameters<typeof receiveInstance>): ReturnType<typeof receiveInstance> {
  return following(await receiveInstance(...of))
}

/** All instances of a study or series, as DICOM files, in one answer. */
export async function* retrieveInstances(
  ...of: Parameters<typeof receiveInstances>
): ReturnType<typeof receiveInstances> {
  for await (const part of receiveInstances(...of)) yield following(part)
}

/**
 * What the service gives as an instance: nobody has looked at it. In an envelope of one part, as every service should, or
 * without one, as some do alone: which of the two is remembered.
 */
export async function receiveInstance(
  service: Service,
  resource: InstanceUids,
  { transferSyntax = service.options.transferSyntax }: RetrieveOptions,
  call: Call,
): Promise<ReceivedPart> {
  const { bare } = service
  try {
    return await askInstance(service, resource, transferSyntax, bare, call)
  } catch (error) {
    if (!isNotAcceptable(error)) throw error
  }
  try {
    const part = await askInstance(service, resource, transferSyntax, !bare, call)
    service.bare = !bare
    return part
  } catch (error) {
    throw isNotAcceptable(error) && transferSyntax === '*' ? notAsKept(error) : error
  }
}

async function askInstance(
  service: Service,
  resource: InstanceUids,
  transferSyntax: TransferSyntaxChoice,
  bare: boolean,
  call: Call,
): Promise<ReceivedPart> {
  const accept = bare ? acceptInstance(transferSyntax) : acceptInstances(transferSyntax)
  const request = { method: 'GET', path: segmentsOf(resource), headers: { accept } } as const
  return await onlyPartOf(await service.send(request, call), accept)
}

/** That the service has it, and not in this form. */
function isNotAcceptable(error: unknown): boolean {
  return isGantryError(error) && error.code === 'unsupported' && error.cause instanceof HttpRefusal
}

/** Not asked for again without it: what comes then may be decompressed, and nothing would tell it from what is kept. */
function notAsKept(cause: unknown): GantryError {
  return new GantryError(
    'unsupported',
    'The DICOMweb service does not give instances as they are stored (transfer-syntax=*). Give the option transferSyntax "default" for those that it gives by itself, which are the same images, but may be other bytes: decompressed, or in another transfer syntax.',
    { cause },
  )
}

/** The same of a study or series, in one answer. */
export async function* receiveInstances(
  service: Service,
  resource: Resource,
  { transferSyntax = service.options.transferSyntax }: RetrieveOptions,
  call: Call,
): AsyncGenerator<ReceivedPart, void, undefined> {
  const accept = acceptInstances(transferSyntax)
  const request = { method: 'GET', path: segmentsOf(resource), headers: { accept } } as const
  const answer = await service.send(request, call)
  const partial = partialOf(answer)
  yield* partsOf(answer, accept)
  if (partial !== undefined) throw partError(partial)
}

/** Frames of an instance, from 1, in the order that they are asked for in. */
export async function* retrieveFrames(
  service: Service,
  resource: Resource,
  frames: readonly number[],
  { transferSyntax, accept = acceptOctets(transferSyntax) }: RetrieveOptions & { readonly accept?: string | undefined },
  call: Call,
): AsyncGenerator<RetrievedPart, void, undefined> {
  if (frames.length === 0) return
  if (!frames.every((frame) => Number.isSafeInteger(frame) && frame > 0)) {
    throw new GantryError('invalid', 'Frames are counted from 1.')
  }
  const path = [...segmentsOf(resource), 'frames', frames.join(',')]
  let left = frames.length
  for await (const part of partsOf(await service.send({ method: 'GET', path, headers: { accept } }, call), accept)) {
    checkEnd(part)
    left -= 1
    if (left < 0) break
    const told = frameOf(part)
    // Another number than any that was asked for is of a service that counts otherwise.
    if (told !== frames.at(-1 - left) && told !== undefined && frames.includes(told)) {
      throw new GantryError('integrity', 'The service gives frames in another order than they were asked for in.')
    }
    yield part
  }
  if (left !== 0) throw new GantryError('integrity', 'The answer has another number of frames than was asked for.')
}

/** Which frame a part says that it is. */
function frameOf({ location }: RetrievedPart): number | undefined {
  const [, number] = /\/frames\/(\d{1,10})\/?(?:[?#]|$)/u.exec(location ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}

/** A value that metadata name by a `BulkDataURI`; relative ones are below the root. */
export async function retrieveBulkData(
  service: Service,
  uri: string,
  { accept = acceptOctets() }: { readonly accept?: string | undefined },
  call: Call,
): Promise<RetrievedPart> {
  const part = await onlyPartOf(await service.sendTo(uri, { method: 'GET', headers: { accept } }, call), accept)
  try {
    checkEnd(part)
    return part
  } catch (error) {
    await part.body.return?.()
    throw error
  }
}
