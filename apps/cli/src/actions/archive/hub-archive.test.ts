import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { startHub } from '../../../testing/hub-bench.ts'
import { Workbench } from '../../../testing/workbench.ts'

/** A hub that archives to a place, and an account of it that is logged in; `ok` runs commands that must end well. */
async function startArchivingHub(bench: Workbench, place: string) {
  const env = { GANTRY_PASSPHRASE: 'correct horse' }
  const ok = async (...argv: string[]) => {
    const result = await bench.gantry(argv, { env })
    expect([argv[0], result.code, result.stderr]).toMatchObject([argv[0], 0, expect.any(String)])
    return result
  }
  const { url, stop } = await startHub(bench, ['--archive', place], { env })
  await ok('hub', 'account', 'create', 'clinic', '--folder', 'hub', '--out', 'clinic.json')
  await ok('login', '--hub', url, '--key', 'clinic.json')
  return { url, stop, ok }
}

test('a hub with an archive: what is stored is found again by its passphrase alone', { timeout: 300_000 }, async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 3)
  const { url, stop, ok } = await startArchivingHub(bench, 'shelf')
  await ok('copy', 'study', `${url.replace('http:', 'hub+http:')}/monday`)
  const token = (await ok('get-token')).stdout.trim()
  const answer = await fetch(`${url}/v1/archive/sessions/monday`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prefix: 'monday' }),
  })
  expect([answer.status, await answer.json()]).toMatchObject([200, { id: 'monday', entries: 3 }])
  await stop()
  // Whoever gives another passphrase now would find, once the disk is lost, that it opens nothing.
  const other = await bench.gantry(['hub', '--folder', 'hub', '--port', '0', '--archive', 'shelf'], {
    env: { GANTRY_PASSPHRASE: 'battery staple' },
  })
  expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('This passphrase does not open the key') })
  // The disk of the hub is lost: only what lies at the archive is left.
  await ok('restore', 'clinic/monday', 'back', '--from-manifests', 'shelf')
  expect(await bench.files('back')).toEqual([0, 1, 2].map((number) => `clinic/monday/000${number}.dcm`))
  expect(await bench.read('back/clinic/monday/0000.dcm')).toBe(await bench.read('study/0000.dcm'))
})

test(
  'a hub that packs what it archives takes what shares have put there, and gives it back',
  { timeout: 300_000 },
  async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 32, slices: 3 })
    const { url, stop, ok } = await startArchivingHub(bench, `car+file://${bench.path('shelf')}`)
    await ok('share', 'study')
    await ok('copy', 'study', `${url.replace('http:', 'hub+http:')}/objects/plain`)
    const token = (await ok('get-token')).stdout.trim()
    const send = async (method: string, path: string, json?: unknown) => {
      const answer = await fetch(`${url}/v1/archive/sessions/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      })
      return [answer.status, await answer.json()] as const
    }
    const listed = async () => {
      const { json } = await ok('ls', '--recursive', `${url.replace('http:', 'hub+http:')}/objects`, '--json')
      return json.flatMap(({ path, size }) => (path === undefined ? [] : [[path, size]]))
    }
    const before = await listed()
    const stored = await send('POST', 'all', { prefix: 'objects' })
    expect(stored).toMatchObject([200, { id: 'all', entries: before.length }])
    // The study by itself, the session's ciphertext, and the manifest.
    expect(await bench.files('shelf/units')).toHaveLength(3)
    expect((await send('DELETE', 'all'))[0]).toBe(200)
    expect(await send('POST', 'all/restore')).toEqual([
      200,
      { restored: expect.any(Number), there: expect.any(Number), failed: 0, lost: 0 },
    ])
    expect(await listed()).toEqual(before)
    // Nothing new, nothing sent.
    expect((await send('POST', 'all', { prefix: 'objects' }))[0]).toBe(200)
    expect(await bench.files('shelf/units')).toHaveLength(3)
    await stop()
  },
)
