import { randomInt } from 'node:crypto'

import { type FetchFailure, type Reading, toCall } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import type { AvailableOrthanc } from '@gantry-tooling/servers/vitest'
import { phantom, type PhantomFile, type PhantomOptions } from '@gantry/testkit/phantom'

import type { DicomwebOptions } from '../options.ts'

/** Requests at a time by which an Orthanc is filled. */
const atATime = 8

/** Files of a study of its own, which are in the Orthanc. */
export async function fill(server: AvailableOrthanc, options: PhantomOptions): Promise<PhantomFile[]> {
  const files: PhantomFile[] = []
  const waiting: Promise<void>[] = []
  for await (const file of phantom({ seed: randomInt(2 ** 40), noise: 0, ...options })) {
    files.push(file)
    waiting.push(put(server, file))
    if (waiting.length === atATime) await Promise.all(waiting.splice(0))
  }
  await Promise.all(waiting)
  return files
}

async function put(server: AvailableOrthanc, { bytes }: PhantomFile): Promise<void> {
  const body = bytes as Uint8Array<ArrayBuffer>
  const response = await fetch(`${server.url}/instances`, { method: 'POST', body, headers: server.headers })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`Orthanc answered ${response.status}.`)
}

/** Options that reach it. */
export function optionsOf({ root, login }: AvailableOrthanc): DicomwebOptions {
  return { root, ...login }
}

/** Where the entry of a file is. */
export function pathOfFile({ image }: PhantomFile): string {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
  return `studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}`
}

/** What a store gives of several entries, in the way that it chooses. */
export function fetchOf(driver: StoreDriver, paths: readonly string[]): AsyncIterable<Reading | FetchFailure> {
  const given = driver.parcels?.fetch?.(
    paths.map((path) => ({ path })),
    toCall(),
  )
  if (given === undefined) throw new Error('It fetches no parcels.')
  return given
}
