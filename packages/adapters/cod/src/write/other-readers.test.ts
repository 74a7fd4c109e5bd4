import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { Store } from '@gantry/core'
import { ensureDebianPackages } from '@gantry-tooling/servers'
import { fs } from '@gantry/fs'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { cod, repairCod } from '../index.ts'
import { parseEntryPath, pathsOf } from '../series/series-name.ts'
import { type ImageFile, imageFile, storeAll } from '../testing/store-all.ts'

const missing = await ensureDebianPackages(['python3-pydicom', 'python3-zstandard', 'sqlite3'])
const note = missing === undefined ? '' : ` [${missing}]`
const run = promisify(execFile)
// Debian's own, which has Debian's packages; another one of the machine may come first on the path.
const python = process.env['GANTRY_TEST_PYTHON'] ?? '/usr/bin/python3'
const program = new URL('../../testing/read-tree.py', import.meta.url).pathname

/** How many instances Python found to be right. */
async function readByPython(root: string): Promise<number> {
  const { stdout } = await run(python, [program, root])
  // ratarmount tells what it does, before.
  return Number(stdout.trim().split('\n').at(-1)?.split(' ')[0])
}

describe.skipIf(missing !== undefined)(`what others read${note}`, { timeout: 120_000 }, () => {
  test.for(['1.0', '2.0'] as const)(
    'tarfile, sqlite3 and pydicom read a tree of version %s',
    async (metadataVersion) => {
      const root = await mkdtemp(join(tmpdir(), 'cod-python-'))
      const given = new Store(fs({ root }))
      const driver = cod(given, { metadataVersion })
      for (const [seed, syntax] of (['explicit', 'implicit', 'rle'] as const).entries()) {
        const files: ImageFile[] = []
        for await (const { bytes } of phantom({ size: 64, slices: 5, syntax, seed })) {
          files.push(await imageFile(bytes))
        }
        await storeAll(driver, files.slice(0, 3))
        await storeAll(driver, files.slice(3))
      }
      expect(await readByPython(root)).toBe(15)
      // And so they do what was made anew.
      for await (const { path } of driver.list({}, { signal: new AbortController().signal })) {
        const { name } = parseEntryPath(path) ?? {}
        if (name === undefined || !path.endsWith('.dcm')) continue
        await given.remove(pathsOf(name).metadata)
        await repairCod(given, name, { metadataVersion })
        break
      }
      expect(await readByPython(root)).toBe(15)
      const [tar = ''] = (await run('sh', ['-c', `ls ${root}/studies/*/series/*.tar`])).stdout.split('\n')
      expect((await run('tar', ['tf', tar])).stdout.trim().split('\n')).toHaveLength(5)
      const index = tar.replace(/\.tar$/u, '/index.sqlite')
      expect((await run('sqlite3', [index, 'PRAGMA integrity_check; SELECT count(*) FROM files'])).stdout).toBe(
        'ok\n6\n',
      )
      await rm(root, { recursive: true })
    },
  )
})
