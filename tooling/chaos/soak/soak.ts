import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort } from '@gantry-tooling/servers'
import type { HubKeyFile } from '@gantry/core/hub'

import { clientOf, type Done } from './load.ts'
import type { Sample } from './slope.ts'

/** As `gantry hub` sets V8: a heap that grows by need, so that what it holds is seen and not what it has not yet cleared. */
const asShipped = ['--semi-space-growth-factor=4', '--heap-growing-percent=100']

export interface SoakOptions {
  readonly milliseconds: number
  readonly workers: number
  /** Between two looks at the hub's process. */
  readonly every: number
  readonly onSample?: (sample: Sample, done: Done) => void
}

/** A hub in a process of its own under load, and what its process held meanwhile. */
export async function soak(options: SoakOptions): Promise<Done & { readonly samples: readonly Sample[] }> {
  const { milliseconds, workers, every, onSample = () => {} } = options
  const folder = await mkdtemp(join(tmpdir(), 'gantry-soak-'))
  const program = join(import.meta.dirname, 'hub-program.ts')
  const args = [...asShipped, '--conditions=@gantry/source', program, folder, String(await freePort())]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  try {
    const ended = closed.then(() => {
      throw new Error('The hub ended by itself.')
    })
    ended.catch(() => {})
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
    const key = JSON.parse(line) as HubKeyFile
    const done: Done = { operations: new Map(), errors: [] }
    const samples: Sample[] = []
    const until = performance.now() + milliseconds
    const work = async () => {
      const turn = clientOf(key, done)
      while (performance.now() < until) await turn()
    }
    const look = async () => {
      while (performance.now() < until) {
        const sample = lookAt(child.pid ?? 0)
        samples.push(sample)
        onSample(sample, done)
        await sleep(every)
      }
    }
    await Promise.race([Promise.all([look(), ...Array.from({ length: workers }, work)]), ended])
    return { ...done, samples }
  } finally {
    process.off('exit', end)
    end()
    await closed.catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

function lookAt(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const rss = Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) * 1024
  return { at: performance.now(), rss, handles: readdirSync(`/proc/${pid}/fd`).length }
}
