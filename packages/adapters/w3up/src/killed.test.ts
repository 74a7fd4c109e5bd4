import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { afterAll, expect, test } from 'vitest'

import { car } from './index.ts'
import { all, contentsOf, expectedOf } from './testing/parcels.ts'
import { slowStudy } from './testing/slow-study.ts'

const folder = mkdtempSync(join(tmpdir(), 'car-killed-'))
afterAll(async () => await rm(folder, { recursive: true }))

const kills = 20

test(
  'killed at 20 random instants, an upload leaves nothing unknown and sends no shard twice',
  { timeout: 600_000 },
  async () => {
    const root = join(folder, 'archive')
    mkdirSync(root)
    const ageSecretKey = await generateIdentity()
    const [saved, log] = [join(folder, 'saved'), join(folder, 'log')]
    const program = new URL('../testing/archive-slowly.ts', import.meta.url).pathname
    const begin = (slowly: string) => {
      const parameters = ['--conditions=@gantry/source', program, root, saved, log, ageSecretKey]
      const child = spawn(process.execPath, parameters, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, SLOWLY: slowly },
      })
      const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve))
      const begun = new Promise<void>((resolve) => void child.stdout.once('data', () => resolve()))
      return { child, ended, begun: Promise.race([begun, ended]) }
    }
    const open = () => car(new Store(fs({ root })), { ageSecretKey, shardSize: 300_000 })
    let killed = 0
    for (let attempt = 0; attempt < kills; attempt += 1) {
      const { child, ended, begun } = begin('40')
      await begun
      // What follows takes two seconds and more, when nothing else runs.
      await sleep(Math.random() * 450)
      child.kill('SIGKILL')
      if ((await ended) === null) killed += 1
      const results = await all(open().check())
      const findings = results.filter((result) => result.type === 'finding')
      expect(findings.filter(({ kind }) => kind !== 'unfinished')).toEqual([])
    }
    expect(killed).toBeGreaterThan(kills / 2)
    expect(await begin('0').ended).toBe(0)
    expect(await contentsOf(open())).toEqual(expectedOf(slowStudy()))
    const sent = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
    expect(sent.length).toBeGreaterThan(20)
    expect(new Set(sent).size).toBe(sent.length)
    expect(await all(open().check())).toMatchObject([{ type: 'unit', errors: 0 }])
  },
)
