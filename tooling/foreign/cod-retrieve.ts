import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { BrowserWorker } from './browser-worker.ts'

export interface CodRetrieveSeries {
  readonly study: string
  readonly series: string
  /** What needs no credentials. */
  readonly metadataUrl: string
  readonly tarUrl: string
}

interface ExtractedFile {
  readonly name: string
  readonly buffer: ArrayBuffer
}

type Untar = (tar: ArrayBuffer) => PromiseLike<ExtractedFile[]>

/**
 * What `cod-retrieve` 1.0.6 does with studies in a COD bucket, without its zips, rebuilt step by step with its library
 * js-untar, because it cannot be had as a package: all series at once, each tar whole in memory, taken apart in a worker,
 * all of its files written at once, and the log of all that was saved rewritten. Where it writes by a browser's file
 * handles, this writes files. Checks nothing on the way, as it does not.
 */
export async function codRetrieve(wanted: readonly CodRetrieveSeries[], folder: string): Promise<void> {
  const untar = loadUntar()
  const log: string[] = []
  await Promise.all(
    wanted.map(async ({ metadataUrl }) => {
      await (await fetch(metadataUrl)).arrayBuffer()
    }),
  )
  await Promise.all(
    wanted.map(async ({ study, series, tarUrl }) => {
      const files = await untar((await wholeOf(tarUrl)).buffer)
      const written = await Promise.all(
        files
          .filter(({ name }) => name.endsWith('.dcm'))
          .map(async ({ name, buffer }) => {
            const path = join(study, series, name)
            await mkdir(dirname(join(folder, path)), { recursive: true })
            await writeFile(join(folder, path), new Uint8Array(buffer))
            return path
          }),
      )
      log.push(...written)
      await writeFile(join(folder, 'log.json'), JSON.stringify(log))
    }),
  )
}

async function wholeOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url)
  const whole = new Uint8Array(Number(response.headers.get('content-length')))
  let filled = 0
  for await (const chunk of response.body ?? []) {
    whole.set(chunk, filled)
    filled += chunk.length
  }
  return whole
}

/** It knows browsers alone: here it is given what it needs of one. */
function loadUntar(): Untar {
  Object.assign(globalThis, { window: globalThis, Worker: BrowserWorker })
  return createRequire(import.meta.url)('js-untar') as Untar
}
