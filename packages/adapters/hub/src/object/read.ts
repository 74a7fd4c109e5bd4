import {
  type ByteRange,
  type Call,
  type SizedEntry,
  type EntryRef,
  GantryError,
  HttpRefusal,
  isGantryError,
  type Reading,
} from '@gantry/core/driver'
import { type Answer, rangeHeaders, readNothing, sizeBeyondRange } from '@gantry/http'

import { checked } from '../bytes/checked.ts'
import { notOfAHub } from '../read-json.ts'
import type { Service } from '../service.ts'
import { entryOfHeaders, lengthOf } from './entry-of.ts'
import { stat } from './stat.ts'

/** One GET, which the hub answers from one version of the object, whatever is written meanwhile. */
export async function read(
  service: Service,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { start, end } = range ?? { start: 0 }
  const nothing = async () => readNothing(await stat(service, ref.path, call), ref, range, 'a hub')
  if (end !== undefined && end <= start) return await nothing()
  const whole = start === 0 && end === undefined
  const headers = {
    ...rangeHeaders({ start, end }),
    ...(ref.version === undefined ? {} : { 'if-match': `"${ref.version}"` }),
  }
  let answer: Answer
  try {
    answer = await service.send({ method: 'GET', path: service.object(ref.path), headers }, call)
  } catch (error) {
    // No byte is left from there on, which is an error only beyond the end.
    if (isOutside(error)) return await nothing()
    throw error
  }
  try {
    const entry = whole ? wholeEntry(ref.path, answer) : partialEntry(ref.path, start, answer)
    const crc32 = entry.digests?.crc32
    const leftToCaller = call.compares?.includes('crc32') === true
    const check = whole && crc32 !== undefined && service.options.verifyReads && !leftToCaller
    return { entry, body: check ? checked(answer.body, crc32, service.options.crc32) : answer.body }
  } catch (error) {
    await answer.body.return?.()
    throw error
  }
}

function wholeEntry(path: string, answer: Answer): SizedEntry {
  if (answer.status !== 200) throw notOfAHub()
  return entryOfHeaders(path, lengthOf(answer), answer)
}

function partialEntry(path: string, start: number, answer: Answer): SizedEntry {
  const size = sizeBeyondRange(answer, start)
  if (size === undefined) {
    throw new GantryError('unsupported', 'The hub, or a proxy before it, does not answer ranges as it should.')
  }
  return entryOfHeaders(path, size, answer)
}

function isOutside(error: unknown): boolean {
  return isGantryError(error) && error.cause instanceof HttpRefusal && error.cause.status === 416
}
