import { rm } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { describeFleetOnPostgres } from '../../../testing/fleet-on-postgres.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { worked } from '../../../testing/worked.ts'

test('a catalogue is a file or in PostgreSQL, and no password stands on a command line', async () => {
  await using bench = await Workbench.make()
  for (const [where, said] of [
    ['fleet', 'GANTRY_DATABASE'],
    ['postgres://me:secret@db/x', 'PGPASSWORD'],
    ['mysql://db/x', 'postgres://host/database'],
  ] as const) {
    const refused = await bench.gantry(['audit', '--catalogue', where])
    expect(refused).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining(said) })
    expect(refused.stderr).not.toContain('secret')
  }
  expect(await bench.files('.')).toEqual([])
})

describeFleetOnPostgres('--catalogue fleet', (env) => {
  test('audits, lists, exports and restores what the workers of a fleet have archived', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 16, slices: 3 })
    const gantry = async (...argv: string[]) =>
      await bench.gantry([...argv, '--catalogue', 'fleet', '--json'], { env: env() })
    expect(await gantry('audit', '--sweep')).toMatchObject({
      code: exitCodes.usage,
      json: [{ message: expect.stringContaining('no catalogue in this database') }],
    })
    await bench.gantry(['fleet', 'submit', 'study', 'target'], { env: env() })
    await worked(bench, ['fleet', 'worker', '--json'], env(), (text) => text.includes('"type":"study"'))
    expect(await gantry('audit', '--sweep')).toMatchObject({
      code: exitCodes.done,
      json: [{ type: 'result', audited: 3, findings: 0 }],
    })
    const [study] = (await gantry('catalogue', 'ls')).json
    expect(study).toMatchObject({ type: 'study', instances: 3 })
    expect(await gantry('catalogue', 'find', '--modality', 'CT')).toMatchObject({ code: exitCodes.done })
    for (const what of ['--sessions', '--locations', '--events'])
      expect(await gantry('catalogue', 'ls', what)).toMatchObject({ code: exitCodes.done })
    expect((await gantry('catalogue', 'show', String(study?.['uid']))).json.slice(0, -1)).toHaveLength(3)
    expect(await gantry('catalogue', 'export', 'lines.jsonl')).toMatchObject({ code: exitCodes.done })
    expect(await gantry('catalogue', 'import', 'lines.jsonl')).toMatchObject({ code: exitCodes.done })
    expect(await gantry('catalogue', 'check')).toMatchObject({ code: exitCodes.usage })
    expect(await gantry('restore', String(study?.['uid']), 'back')).toMatchObject({ code: exitCodes.done })
    expect(await bench.files('back')).toHaveLength(3)
    await bench.write('more/a.txt', 'a')
    expect(await gantry('archive', 'more', 'shelf', '--session', 'more', '--no-manifest')).toMatchObject({
      code: exitCodes.done,
    })
    expect((await gantry('catalogue', 'show', 'more')).json.slice(0, -1)).toHaveLength(1)
    await rm(bench.path('target'), { recursive: true })
    expect(await gantry('audit', '--sweep')).toMatchObject({ code: exitCodes.failed })
  })
})
