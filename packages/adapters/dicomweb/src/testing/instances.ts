import {
  type CallOptions,
  type GantryError,
  isGantryError,
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelWriter,
  toCall,
} from '@gantry/core'
import { fetchTransport } from '@gantry/http'
import { nodeTransport } from '@gantry/http/node'
import { phantom } from '@gantry/testkit/phantom'

import { openService } from '../open-service.ts'
import type { DicomwebOptions } from '../options.ts'
import type { Service } from '../service.ts'
import type { InstanceStore } from '../store/instance-store.ts'
import { cut, lent } from '@gantry/testkit/bodies'

export interface TestInstance {
  readonly entry: NewEntry
  readonly bytes: Uint8Array
  readonly uid: string
}

/** A small synthetic series; another seed, other UIDs. */
export async function instances(slices: number, seed: number): Promise<TestInstance[]> {
  const all: TestInstance[] = []
  for await (const { bytes, image } of phantom({ size: 64, slices, seed })) {
    const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: uid } = image
    all.push({ entry: { path: `${study}/${series}/${uid}.dcm`, size: bytes.length, image }, bytes, uid })
  }
  return all
}

export const transports = [
  ['node:http', (options: Omit<DicomwebOptions, 'fetch'>): Service => openService(nodeTransport(), options)],
  ['fetch', (options: Omit<DicomwebOptions, 'fetch'>): Service => openService(fetchTransport(), options)],
] as const

/** Chunks that are spoiled after their time. */
export function bodyOf({ bytes }: TestInstance): AsyncIterable<Uint8Array> {
  return lent(cut(bytes, [100, 4096])).bytes
}

export function parcelOf(of: readonly TestInstance[]): NewParcel {
  return { entries: of.map(({ entry }) => entry), save: async () => {} }
}

/** Adds all, and commits. */
export async function sendAll(
  writer: ParcelWriter,
  of: readonly TestInstance[],
  options: CallOptions = {},
): Promise<readonly ParcelOutcome[]> {
  const call = toCall(options)
  for (const instance of of) await writer.add(instance.entry, bodyOf(instance), call)
  return await writer.commit(call)
}

/** What became of a parcel: outcomes, or what it failed with as a whole, by path. */
export async function attempt(
  store: InstanceStore,
  of: readonly TestInstance[],
): Promise<ReadonlyMap<string, GantryError | undefined>> {
  const writer = store.begin(parcelOf(of))
  try {
    const outcomes = await sendAll(writer, of)
    return new Map(outcomes.map((outcome) => [outcome.path, 'error' in outcome ? gantry(outcome.error) : undefined]))
  } catch (error) {
    await writer.abort(toCall())
    return new Map(of.map(({ entry }) => [entry.path, gantry(error)]))
  }
}

/** As the runner does it: what may yet succeed is sent again. Gives what was refused for good, and what is left. */
export async function sendInTurns(store: InstanceStore, of: readonly TestInstance[], turns = 3) {
  const refused: string[] = []
  let left = of
  for (let turn = 0; turn < turns && left.length > 0; turn += 1) {
    const outcomes = await attempt(store, left)
    refused.push(...left.map(({ entry }) => entry.path).filter((path) => outcomes.get(path)?.retryable === false))
    left = left.filter(({ entry }) => outcomes.get(entry.path)?.retryable === true)
  }
  return { refused, left: left.length }
}

function gantry(error: unknown): GantryError {
  if (isGantryError(error)) return error
  throw error
}
