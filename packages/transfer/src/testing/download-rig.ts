import { type Bytes, bytesOf, close, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'

import type { DownloadComplete, DownloadEvents } from '../download/download-events.ts'
import type { DownloadJob } from '../download/index.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { type Script, ScriptedDriver } from './scripted-driver.ts'

/** What a store of studies holds: names of series and the sizes of their instances. */
export type Studies = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

const twoStudies: Studies = {
  '1.2.3': { '1.2.3.1': [100_000, 70_000, 1], '1.2.3.2': [300_000] },
  '1.2.4': { '1.2.4.1': [5000, 6000] },
}

/** Files of all studies, as they should be in the directory. */
function filesOf(studies: Studies): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const [study, ofStudy] of Object.entries(studies)) {
    for (const [series, sizes] of Object.entries(ofStudy)) {
      for (const [index, size] of sizes.entries()) {
        const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7 + index * 31 + size) & 0xff)
        files.set(`${study}/${series}/instances/${series}.${index}.dcm`, bytes)
      }
    }
  }
  return files
}

export function sourcePathOf(file: string): string {
  const [study, series, , name] = file.split('/')
  return `studies/${study}/series/${series}/instances/${name}`
}

export interface DownloadRig {
  readonly source: ScriptedDriver
  readonly store: Store
  readonly target: ScriptedDriver
  readonly directory: Store
  readonly files: Map<string, Uint8Array>
  /** What is in the directory. */
  readonly saved: () => Promise<Map<string, Uint8Array>>
}

/** A store that gives series as parcels, and an empty directory; both do what scripts say. */
export async function downloadRig(
  scripts: { readonly source?: Script; readonly target?: Script; readonly studies?: Studies } = {},
): Promise<DownloadRig> {
  const source = new ScriptedDriver(
    memory({
      digests: { algorithms: ['crc32c'], hashing: nodeHashing },
      parcels: { fetch: { unit: 'series', sideBySide: false } },
    }),
  )
  const store = new Store(source, { url: 'memory://studies' })
  const files = filesOf(scripts.studies ?? twoStudies)
  for (const [file, bytes] of files) {
    await store.write({ path: sourcePathOf(file), size: bytes.length }, bytesOf(bytes))
  }
  source.script = scripts.source ?? {}
  const target = new ScriptedDriver(memory(), scripts.target)
  const directory = new Store(target)
  return {
    source,
    store,
    target,
    directory,
    files,
    saved: async () => {
      const saved = new Map<string, Uint8Array>()
      for await (const { path } of directory.list()) {
        saved.set(path, Uint8Array.from(await collect((await directory.read(path)).body)))
      }
      return saved
    },
  }
}

export type Heard = { readonly [Type in keyof DownloadEvents]: DownloadEvents[Type][] }

export function hear(job: DownloadJob): Heard {
  const completes: DownloadComplete[] = []
  const heard: Heard = {
    progress: [],
    download: [],
    extract: [],
    save: [],
    complete: completes,
    error: [],
    trouble: [],
  }
  job.onProgress((event) => heard.progress.push(event))
  job.onDownload((event) => heard.download.push(event))
  job.onExtract((event) => heard.extract.push(event))
  job.onSave((event) => heard.save.push(event))
  job.onComplete((event) => heard.complete.push(event))
  job.onError((event) => heard.error.push(event))
  job.onTrouble((event) => heard.trouble.push(event))
  return heard
}

/** A body that gives other bytes than the one that it stands for. */
export async function* instead(body: Bytes, bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  await close(body)
  yield bytes
}
