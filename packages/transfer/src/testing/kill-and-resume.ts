import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { text } from 'node:stream/consumers'

import { startS3Server } from '@gantry/testkit/s3-server'
import { onTestFinished } from 'vitest'

import type { JobResult } from '../job-event.ts'
import type { CopyRequest } from './copy-process.ts'
import { randomFrom } from './random.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

const program = new URL('copy-process.ts', import.meta.url).pathname
export const kills = 20

function start(request: CopyRequest): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@gantry/source', program, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** What a process is killed by: told of its steps. */
export type Steps = Pick<RecordingProxy, 'onStep'>

/** Runs the job and kills it after a random number of steps, again and again; then lets it end. */
export async function killAndResume(request: CopyRequest, proxy: Steps, seed: number, afterKill: () => Promise<void>) {
  const random = randomFrom(seed)
  let killed = 0
  while (killed < kills) {
    const child = start(request)
    // Often soon, sometimes late.
    let left = 1 + Math.floor(random() ** 2 * 32)
    proxy.onStep = () => {
      left -= 1
      if (left === 0) child.kill('SIGKILL')
    }
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    proxy.onStep = undefined
    if (signal !== 'SIGKILL') throw new Error(`The process ended by itself (${code}) after ${killed} kills.`)
    killed += 1
    await afterKill()
  }
  const child = start(request)
  const [said] = await Promise.all([text(child.stdout as NonNullable<typeof child.stdout>), once(child, 'close')])
  return JSON.parse(said) as { result: JobResult; failures: unknown[] }
}

/** Steps are what happens in a folder, not in those below it: files that come, grow, and get their names. */
export function stepsIn(folder: string): Steps {
  const steps: Steps = { onStep: undefined }
  const watcher = watch(folder, () => steps.onStep?.('passing'))
  onTestFinished(() => watcher.close())
  return steps
}

/** A bucket, and a proxy before it. */
export async function startPlaces() {
  const server = await startS3Server({ buckets: ['gantry'] })
  onTestFinished(() => server.close())
  const proxy = await startRecordingProxy(server.url)
  const { region, credentials } = server
  const bucket = { s3: { bucket: 'gantry', endpoint: proxy.url, region, credentials } }
  return { proxy, bucket }
}

/** How often each target was asked for and given. */
export function counts(proxy: RecordingProxy, wanted: (exchange: RecordingProxy['exchanges'][number]) => boolean) {
  const seen = new Map<string, number>()
  for (const exchange of proxy.exchanges) {
    if (exchange.status >= 200 && exchange.status < 300 && wanted(exchange)) {
      seen.set(exchange.target, (seen.get(exchange.target) ?? 0) + 1)
    }
  }
  return seen
}
