import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

test('what an audit finds corrupt or missing is mended by what it says', async () => {
  await using bench = await Workbench.make()
  await bench.fill('src', 4)
  const archive = ['archive', 'src', 'shelf', '--session', 's', '--no-manifest']
  expect(await bench.gantry(archive)).toMatchObject({ code: 0 })
  const path = bench.path('shelf/0001.dcm')
  const { atime, mtime } = await stat(path)
  const bytes = await readFile(path)
  bytes[9] = (bytes[9] ?? 0) ^ 1
  await writeFile(path, bytes)
  await utimes(path, atime, mtime)

  const found = await bench.gantry(['audit', '--sweep'])
  expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('corrupt') })
  expect(found.stderr).toContain('--overwrite replaces what is corrupt')
  const verified = await bench.gantry([...archive, '--verify'])
  expect(verified).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('the same command again with --overwrite'),
  })

  expect(await bench.gantry([...archive, '--overwrite'])).toMatchObject({ code: 0 })
  expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0, stderr: '' })

  await rm(path)
  const missing = await bench.gantry(['audit', '--sweep'])
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('sends again what is missing') })
  expect(missing.stderr).not.toContain('--overwrite')
  // There is none here.
  expect(missing.stderr).not.toContain('packed')
  expect(await bench.gantry(archive)).toMatchObject({ code: 0 })
  expect((await bench.gantry(['audit', '--sweep'])).code).toBe(0)
})
