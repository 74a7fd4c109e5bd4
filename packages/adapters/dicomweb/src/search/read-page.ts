import { type Call, collect, type DicomJson, type GantryError, HttpRefusal, isGantryError } from '@gantry/core/driver'
import { type Answer, notOf, parseContentType, retrying } from '@gantry/http'
import * as z from 'zod'

import type { Service } from '../service.ts'
import { partError, partialOf, warnsOfMore } from '../told-parts.ts'
import type { SearchPlan } from './plan-search.ts'

export interface Page {
  readonly matches: readonly DicomJson[]
  /** The service says that there are more (PS3.18 10.6.3). */
  readonly warned: boolean
  /** There may be more that it does not know of, and will not. */
  readonly lacking: boolean
}

/** What is none, of one attribute of one match, is as if it were not there: some services say `"Value": null`. */
const elementSchema = z
  .looseObject({ vr: z.string().default('UN').catch('UN'), Value: z.array(z.unknown()).optional().catch(undefined) })
  .catch({ vr: 'UN' })
  .transform((element) => (element.vr === 'UI' ? { ...element, Value: element.Value?.map(unpadded) } : element))

/** As in a file, where a UID has an even length (PS3.5 9.1). */
function unpadded(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/[\0 ]+$/u, '') : value
}

/** Loose: whatever else stands there is no business of ours. */
const pageSchema = z.array(z.record(z.string(), elementSchema))

/** Longest answer that is taken. */
const longestPage = 256 * 1024 * 1024

/** Which matches are asked for. */
export interface Window {
  readonly offset: number
  readonly limit: number
}

/** Asks for one page, again where that may help. */
export async function readPage(service: Service, plan: SearchPlan, window: Window, call: Call): Promise<Page> {
  const { offset, limit } = window
  const query: (readonly [string, string])[] = [...plan.parameters, ['limit', String(limit)]]
  if (offset > 0) query.push(['offset', String(offset)])
  const headers = { accept: 'application/dicom+json' }
  return await retrying(call, async () => {
    const answer = await service.send({ method: 'GET', path: plan.path, query, headers }, call)
    const partial = partialOf(answer)
    const bytes = await collect(answer.body, longestPage)
    const matches = saysNone(answer, bytes) ? [] : parse(bytes)
    // No end, though nothing is here yet: what is found later comes behind what was told, or is lost where there are no pages.
    const isEnd = matches.length === 0 || service.options.paging === 'none'
    if (isEnd && partial === 'growing') throw partError(partial)
    service.widest.set(plan.level, Math.max(matches.length, service.widest.get(plan.level) ?? 0))
    return { matches, warned: warnsOfMore(answer), lacking: partial === 'lacking' }
  })
}

/** What some services answer where others have an empty page: it may be one, or anything else. */
export function mayBeNone(error: unknown): boolean {
  if (!isGantryError(error)) return false
  const { cause } = error
  return cause instanceof HttpRefusal ? cause.status === 400 || cause.status === 404 : cause instanceof NoBytes
}

class NoBytes extends Error {
  override readonly name = 'NoBytes'
  readonly reason = 'foreign_answer'
}

/**
 * No content (204) is a page without matches; so is an answer that says of itself that it is DICOM JSON and has no bytes. Any
 * other without matches may be one of which all was lost, or of something in between.
 */
function saysNone(answer: Answer, bytes: Uint8Array): boolean {
  if (answer.status === 204) return true
  const { mediaType } = parseContentType(answer.header('content-type') ?? '')
  return bytes.length === 0 && mediaType === 'application/dicom+json' && answer.header('content-length') === '0'
}

/** `null` is how some programs write a list that was never begun. */
function parse(bytes: Uint8Array): readonly DicomJson[] {
  if (bytes.length === 0) throw noMatches(new NoBytes('The answer has no bytes.'))
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes).trim())
  } catch {
    throw noMatches()
  }
  const parsed = pageSchema.safeParse(value ?? [])
  if (!parsed.success) throw noMatches()
  return parsed.data as readonly DicomJson[]
}

function noMatches(cause?: NoBytes): GantryError {
  return notOf('a DICOMweb service, which tells matches in DICOM JSON', cause)
}
