import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import type { StoredPart, Upload } from '@gantry/core/driver'
import { bytesOf } from '@gantry/core'
import { expect, test } from 'vitest'

import { get, paths, Rig, uploadsOf } from './test-rig.ts'

const partSize = 5 * 1024 * 1024

interface Recorded {
  readonly upload: Upload
  readonly parts: readonly StoredPart[]
}

test(
  'a process that is killed in the middle of an upload leaves what another goes on with',
  { timeout: 120_000 },
  async () => {
    const rig = await Rig.start()
    const folder = await mkdtemp(join(tmpdir(), 'gantry-gcs-kill-'))
    try {
      const record = join(folder, 'record.json')
      const program = join(import.meta.dirname, '../testing/upload-slowly.ts')
      const argv = ['--conditions=@gantry/source', program, rig.server.url, record, String(partSize)]
      const child = spawn(process.execPath, argv, { stdio: 'inherit' })
      const ended = new Promise((resolve) => void child.once('exit', resolve))
      while (!existsSync(record) || recorded(record)?.parts.length !== 2) {
        if (child.exitCode !== null) throw new Error('It ended before it could be killed.')
        await setTimeout(5)
      }
      child.kill('SIGKILL')
      await ended
      const { upload, parts } = recorded(record) ?? { upload: { path: '', id: '' }, parts: [] }
      const store = rig.open()
      const uploads = uploadsOf(store)
      const kept = (await uploads.listParts(upload)).slice(0, parts.length)
      expect(kept.map(({ tag }) => tag)).toEqual(parts.map(({ tag }) => tag))
      const last = { number: 3, offset: 2 * partSize, size: 5 }
      const all = [...parts, await uploads.putPart(upload, last, bytesOf(Buffer.from('hello')))]
      expect(await paths(store)).toEqual([])
      const entry = { path: 'large', size: 2 * partSize + 5, ifAbsent: true }
      await uploads.complete(upload, entry, all)
      const whole = Buffer.concat([Buffer.alloc(partSize, '1'), Buffer.alloc(partSize, '2'), Buffer.from('hello')])
      expect((await get(store, 'large')).equals(whole)).toBe(true)
    } finally {
      await rm(folder, { recursive: true, force: true })
      await rig.close()
    }
  },
)

/** As far as it is written. */
function recorded(path: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Recorded
  } catch {
    return undefined
  }
}
