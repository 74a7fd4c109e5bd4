import { rm } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { benchWithStudy, env, patient } from '../../../testing/archive-bench.ts'

test('a sweep tells of a place that never had manifests, and archiving again writes them', patient, async () => {
  await using bench = await benchWithStudy()
  await bench.gantry(['archive', 'study', 'other', '--session', 'o'], { env })
  await bench.gantry(['archive', 'study', 'shelf', '--session', 's', '--no-manifest'], { env })
  const swept = await bench.gantry(['audit', '--sweep', '--json'])
  expect(swept.code).toBe(0)
  expect(swept.json.filter(({ type }) => type === 'manifests')).toMatchObject([{ lacks: 'manifests' }])
  const told = await bench.gantry(['audit', '--sweep'])
  expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('archive there again') })
  await bench.gantry(['archive', 'study', 'shelf', '--session', 's'], { env })
  expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0, stderr: '' })
})

test(
  'a manifest or key that is damaged or gone fails the audit, and is written again by --repair',
  patient,
  async () => {
    await using bench = await benchWithStudy()
    await bench.gantry(['archive', 'study', 'shelf', '--session', 's'], { env })
    expect(await bench.gantry(['audit'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('11 entries and 1 manifest'),
    })
    const [manifest = ''] = await bench.files('shelf/.gantry/manifests')
    const [key = ''] = await bench.files('shelf/.gantry/keys')
    for (const [spoil, kind] of [
      [async () => await bench.write(`shelf/.gantry/manifests/${manifest}`, 'damaged'), 'manifest-damaged'],
      [async () => await rm(bench.path('shelf/.gantry/manifests'), { recursive: true }), 'manifest-missing'],
      [async () => await bench.write(`shelf/.gantry/keys/${key}`, 'damaged'), 'key-damaged'],
      [async () => await rm(bench.path('shelf/.gantry/keys'), { recursive: true }), 'key-missing'],
    ] as const) {
      await spoil()
      const audited = await bench.gantry(['audit', '--json'])
      expect(audited.code).toBe(1)
      expect(audited.json.filter(({ type }) => type === 'finding')).toMatchObject([{ kind }])
      expect(audited.json.find(({ type }) => type === 'result')).toMatchObject({ findings: 1, manifests: 1 })
      expect(await bench.gantry(['audit'])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(kind),
        stderr: expect.stringContaining('gantry audit --repair'),
      })
      const repaired = await bench.gantry(['audit', '--repair'])
      expect(repaired).toMatchObject({ code: 0, stdout: expect.stringContaining('repaired') })
      expect(await bench.gantry(['audit', '--sweep'])).toMatchObject({ code: 0 })
    }
    await rm(bench.path('jobs'), { recursive: true })
    await rm(bench.path('study'), { recursive: true })
    const argv = ['restore', 's', 'study', '--from-manifests', 'shelf']
    expect(await bench.gantry(argv, { env })).toMatchObject({ code: 0 })
    expect(await bench.files('study')).toHaveLength(11)
  },
)

test('a catalogue that is made again names the manifests that it could not read', patient, async () => {
  await using bench = await benchWithStudy()
  await bench.gantry(['archive', 'study', 'shelf', '--session', 's'], { env })
  await bench.write('more/later.txt', 'later')
  const [manifest = ''] = await bench.files('shelf/.gantry/manifests')
  await bench.gantry(['archive', 'more', 'shelf', '--session', 't'], { env })
  await bench.write(`shelf/.gantry/manifests/${manifest}`, 'damaged')
  await rm(bench.path('jobs'), { recursive: true })
  const argv = ['restore', 't', 'out', '--from-manifests', 'shelf']
  const restored = await bench.gantry(argv, { env })
  expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('1 manifest was not read') })
  expect(restored.stderr).toContain(manifest)
  const asJson = await bench.gantry([...argv, '--json'], { env })
  expect(asJson.json.filter(({ type }) => type === 'unreadable')).toMatchObject([
    { name: `.gantry/manifests/${manifest}`, code: expect.stringMatching(/integrity|invalid/u) },
  ])
})
