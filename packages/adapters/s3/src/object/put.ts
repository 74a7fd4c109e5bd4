import { type Call, type Digests, type Entry, GantryError, type NewEntry } from '@gantry/core/driver'

import { drain } from '../http/drain.ts'
import type { Service } from '../service/service.ts'
import { digestsOf, type Headers, toldVersion, versionOf } from './entry-of.ts'
import { compareAnswer, type Payload } from './payload.ts'
import { putHeaders } from './put-headers.ts'
import { head } from './stat.ts'

type Header = readonly [name: string, value: string]

const encoding = 'content-encoding'

/** One PUT of a whole object. Answers what the service says that it keeps. */
export async function put(
  service: Service,
  entry: NewEntry,
  size: number,
  payload: Payload,
  call: Call,
): Promise<Entry> {
  const conditional = entry.ifAbsent === true || entry.ifVersion !== undefined
  const { headers, body } = await service.send(
    {
      method: 'PUT',
      path: entry.path,
      headers: withPayload(putHeaders(entry, service.settings), payload),
      body: payload.body,
      payload: payload.payload,
      // Done twice, a conditional one would meet itself.
      repeatable: !conditional,
    },
    call,
  )
  await drain(body)
  const version = toldVersion(headers)
  const digests = await vouchedDigests(service, { path: entry.path, size, version }, payload, headers, call)
  return {
    path: entry.path,
    size,
    ...(digests === undefined ? {} : { digests }),
    version,
    // S3 took it into its metadata: the headers were signed.
    ...(entry.modified === undefined ? {} : { modified: Math.round(entry.modified) }),
  }
}

/** How the object is encoded, and how the request is: one header tells both, what was done last behind. */
function withPayload(headers: readonly Header[], payload: Payload): Header[] {
  const own = headers.find(([name]) => name === encoding)?.[1]
  const others = headers.filter(([name]) => name !== encoding)
  if (own === undefined) return [...others, ...payload.headers]
  const framed = payload.headers.find(([name]) => name === encoding)?.[1]
  const rest = payload.headers.filter(([name]) => name !== encoding)
  return [...others, [encoding, framed === undefined ? own : `${own},${framed}`], ...rest]
}

/** What the service says of the bytes that were sent, compared with what we know of them. */
async function vouchedDigests(
  service: Service,
  { path, size, version }: { readonly path: string; readonly size: number; readonly version: string },
  { framed, ...payload }: Payload,
  headers: Headers,
  call: Call,
): Promise<Digests | undefined> {
  const { traits } = service
  const { checksum } = traits
  const sent = payload.sent()
  let digests = digestsOf(headers)
  if (checksum !== undefined && sent[checksum] !== undefined) {
    const echoed = digests?.[checksum] !== undefined
    // Nothing was said of the checksum: either it is not repeated here, or the service knows of none, or of no frames.
    if (!echoed && (traits.echoes !== true || framed !== undefined)) {
      const looked = await head(service, path, call)
      if (versionOf(looked.headers) === version) {
        const told = looked.headers.get('content-length')
        if (framed !== undefined && told === String(framed)) await removeFrames(service, path, call)
        if (told !== undefined && Number(told) !== size) throw otherLength()
        digests = digestsOf(looked.headers)
      }
    }
    if (framed === undefined) traits.learnChecksums(digests?.[checksum] !== undefined, echoed)
    else if (digests?.[checksum] === sent[checksum]) traits.proveTrailers()
  }
  compareAnswer(sent, digests, checksum)
  return digests
}

/** The service took the frames for the object: better nothing than that, and the next attempt goes without. */
async function removeFrames(service: Service, path: string, call: Call): Promise<never> {
  service.traits.refuseTrailers()
  const { body } = await service.send({ method: 'DELETE', path }, call)
  await drain(body)
  throw new GantryError(
    'unavailable',
    'The service kept how the request was framed as if it were the object, which was removed: the next attempt goes without frames.',
  )
}

function otherLength(): GantryError {
  return new GantryError('integrity', 'The service keeps other bytes than were sent: their number differs.')
}
