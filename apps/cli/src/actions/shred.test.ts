import { chmod, writeFile } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

const key = 'AGE-SECRET-KEY-1QQPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQXPQ'

describe('archives', { timeout: 240_000 }, () => {
  test('are encrypted, copied to and from, and shredded study by study', async () => {
    await using bench = await Workbench.make()
    const files = await writePhantom(bench.path('source'), { size: 32, slices: 3, studies: 2 })
    const study = files[0]?.path.split('/')[0] ?? ''
    const url = `car+file://${bench.path('archive')}`
    const env = { GANTRY_ARCHIVE_PASSPHRASE: 'correct horse' }

    const unsaid = await bench.gantry(['copy', 'source', url])
    expect(unsaid).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/GANTRY_ARCHIVE_PASSPHRASE.*--public/u),
    })
    expect(await bench.gantry(['copy', 'source', url], { env })).toMatchObject({ code: 0 })
    expect(await bench.gantry(['copy', url, 'back'], { env })).toMatchObject({ code: 0 })
    expect((await bench.files('back')).sort()).toEqual((await bench.files('source')).sort())
    expect((await bench.gantry(['ls', url], { env: { GANTRY_ARCHIVE_PASSPHRASE: 'wrong' } })).code).toBe(3)

    expect((await bench.gantry(['shred', url, study], { env })).code).toBe(2)
    const shredded = await bench.gantry(['shred', url, study, '--yes'], { env })
    expect(shredded).toMatchObject({ code: 0 })
    expect(shredded.stdout).toMatch(/cannot be read any more[^]*ciphertext remain/u)
    const left = (await bench.gantry(['ls', url, '--json'], { env })).json.filter(({ type }) => type === 'entry')
    expect(left).toHaveLength(files.length / 2)
    expect((await bench.gantry(['shred', url, study, '--yes'], { env })).code).toBe(1)
  })

  test('are public when that is said, and not by the way', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('source'), { size: 16, slices: 2 })
    const url = `car+file://${bench.path('archive')}`
    for (const [place, ...words] of [[url, '--to-option', 'public=true'], [`${url}?public=true`]]) {
      for (const command of ['copy', 'archive']) {
        expect(await bench.gantry([command, 'source', String(place), ...words])).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('--public'),
        })
      }
    }
    expect(await bench.gantry(['copy', 'source', url, '--public'])).toMatchObject({ code: 0 })
    const shelf = `car+file://${bench.path('shelf')}`
    expect(await bench.gantry(['archive', 'source', shelf])).toMatchObject({ code: 3, stdout: '' })
    expect(await bench.gantry(['archive', 'source', shelf, '--public'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['copy', url, 'back'])).toMatchObject({ code: 0 })
    expect((await bench.gantry(['copy', 'source', url, '--overwrite'])).code).not.toBe(0)
    expect((await bench.gantry(['shred', 'source', 'x', '--yes'])).code).toBe(2)
  })

  test('take a key from a file that nobody else can read', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('source'), { size: 16, slices: 2 })
    const url = `car+file://${bench.path('archive')}`
    await writeFile(bench.path('key'), 'a passphrase\n')
    await chmod(bench.path('key'), 0o644)
    const env = { GANTRY_ARCHIVE_KEY_FILE: bench.path('key') }
    expect((await bench.gantry(['copy', 'source', url], { env })).code).toBe(2)
    await chmod(bench.path('key'), 0o600)
    expect(await bench.gantry(['copy', 'source', url], { env })).toMatchObject({ code: 0 })
    expect((await bench.gantry(['ls', `${url}?ageSecretKey=${key}`])).code).toBe(2)
  })
})
