import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openStore } from '@gantry/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createKey, failure } from '../testing/rig.ts'
import { hubAdapter } from './hub-store.ts'
import { readKeyFile } from './read-key-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-hub-key-'))
})
afterAll(async () => await rm(folder, { recursive: true }))

const { file: key } = createKey('https://hub.example.org')

async function write(text: string, mode = 0o600): Promise<string> {
  const path = join(folder, `key-${mode.toString(8)}-${text.length}.json`)
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}

describe('a key file', () => {
  test('is read where only its owner can', async () => {
    for (const mode of [0o600, 0o400]) expect(await readKeyFile(await write(JSON.stringify(key), mode))).toEqual(key)
  })

  test.each([0o640, 0o604, 0o660, 0o610, 0o644, 0o777])('is refused where others can: %o', async (mode) => {
    const error = await failure(readKeyFile(await write(JSON.stringify(key), mode)))
    expect(error.code).toBe('permission_denied')
    expect(error.message).toContain('chmod 600')
  })

  test.each(['', 'secret', '{"type":"gantry-service-account","key":{"d":"secret"}}', '[]', ' '.repeat(70_000)])(
    'that is none is refused, and nothing of it told',
    async (text) => {
      const error = await failure(readKeyFile(await write(text)))
      expect(error.code).toBe('invalid')
      expect(`${error.message} ${String(error.cause)}`).not.toContain('secret')
    },
  )

  test('that is not there is not_found', async () => {
    expect((await failure(readKeyFile(join(folder, 'none')))).code).toBe('not_found')
  })

  test('can be named in the options of a store', async () => {
    const keyFile = await write(JSON.stringify(key))
    const store = await openStore('hub://hub.example.org/a', [hubAdapter], { keyFile })
    expect(store.scheme).toBe('hub')
    await store.close()
    const other = openStore('hub://other.example.org/a', [hubAdapter], { keyFile })
    expect((await failure(other)).code).toBe('invalid')
  })
})
