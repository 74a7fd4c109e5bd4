import { rm } from 'node:fs/promises'

import { type RunningSecretService, secretServiceUnavailable, startSecretService } from '@gantry-tooling/servers'
import { writePhantom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { spawnGantry } from '../../testing/bin.ts'
import { Workbench } from '../../testing/workbench.ts'

const unavailable = process.platform === 'linux' ? await secretServiceUnavailable() : 'this is no Linux'

/** Locking and unlocking a key costs a second of an idle core each time. */
const patient = { timeout: 300_000 }

describe('the keychain of the system', patient, () => {
  test('that is not there is told of, before anything is copied', async () => {
    await using bench = await Workbench.make()
    await bench.write('study/a.dcm', 'no image')
    const env = { ...bench.env, GANTRY_PASSPHRASE: 'secret', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }
    const result = await spawnGantry(['archive', 'study', 'shelf', '--keychain'], { cwd: bench.folder, env })
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('--passphrase-file') })
    expect(await bench.files('shelf')).toEqual([])
  })
})

describe.skipIf(unavailable !== undefined)(`GNOME Keyring${unavailable ? `: ${unavailable}` : ''}`, patient, () => {
  let service: RunningSecretService
  beforeAll(async () => {
    service = await startSecretService()
  })
  afterAll(async () => await service.close())

  test('keeps the passphrase: it restores without being asked, and stands in no file', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 32, slices: 3 })
    const before = await bench.files('study')
    const run = async (argv: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      await spawnGantry(argv, { cwd: bench.folder, env: { ...bench.env, ...service.env, ...more } })
    const secret = 'correct horse battery staple'
    const archived = await run(['archive', 'study', 'shelf', '--session', 'monday', '--keychain', 'shelf'], {
      GANTRY_PASSPHRASE: secret,
    })
    expect(archived).toMatchObject({ code: 0 })
    for (const file of await bench.files('.')) expect(await bench.read(file)).not.toContain(secret)

    await rm(bench.path('study'), { recursive: true })
    await rm(bench.path('jobs'), { recursive: true })
    const words = ['restore', 'monday', 'study', '--from-manifests', 'shelf']
    expect(await run(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('passphrase') })
    expect(await run([...words, '--keychain', 'other'])).toMatchObject({ code: 2 })
    expect(await run([...words, '--keychain', 'shelf'])).toMatchObject({ code: 0 })
    expect(await bench.files('study')).toEqual(before)

    // The catalogue was made again, and has no key of its own yet.
    const more = ['archive', 'study', 'shelf', '--keychain']
    expect(await run([...more, 'shelf'])).toMatchObject({ code: 0 })
    expect(await run([...more, 'second'], { GANTRY_PASSPHRASE: 'another' })).toMatchObject({ code: 3 })
    expect(await run([...more, 'second'], { GANTRY_PASSPHRASE: secret })).toMatchObject({ code: 0 })

    const other = await run(['archive', 'study', 'shelf', '--keychain', 'shelf'], { GANTRY_PASSPHRASE: 'another' })
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('another passphrase of that name') })
  })
})
