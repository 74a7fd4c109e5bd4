import { chmod } from 'node:fs/promises'

import { type DataSet, writeDicom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { describeFleetOnPostgres } from '../../../testing/fleet-on-postgres.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { worked } from '../../../testing/worked.ts'

describeFleetOnPostgres('gantry fleet submit, again', (env) => {
  test('with --deidentify: what waited to be copied as it is, is not', async () => {
    await using bench = await Workbench.make()
    const dataSet: DataSet = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [0x00080018, 'UI', '1.2.779.3'],
      [0x00100010, 'PN', 'MARKER^JANE'],
      [0x00100020, 'LO', 'MARKER-4711'],
      [0x0020000d, 'UI', '1.2.779.1'],
      [0x0020000e, 'UI', '1.2.779.2'],
      [0x7fe00010, 'OW', new Uint8Array(64)],
    ]
    await bench.write('named/1.dcm', writeDicom({ dataSet }))
    await bench.write('project.key', 'a secret of the project, long enough')
    await chmod(bench.path('project.key'), 0o600)
    const keyed = ['--deidentify-key', 'project.key']
    const submit = async (...flags: string[]) =>
      await bench.gantry(['fleet', 'submit', 'named', 'copied', ...flags], { env: env() })
    expect(await submit()).toMatchObject({ code: exitCodes.done })
    expect(await submit('--deidentify', ...keyed)).toMatchObject({
      code: exitCodes.done,
      stdout: expect.stringContaining('1 of them waited for an earlier run, and go as this one says'),
    })
    const ended = (text: string) => text.includes('"type":"study"')
    await worked(bench, ['fleet', 'worker', '--json', ...keyed], env(), ended)
    const [path = '', ...others] = await bench.files('copied')
    expect(others).toEqual([])
    expect(await bench.read(`copied/${path}`)).not.toContain('MARKER')
  })

  test('for less than waits, and in another way: refuses, and says what to do', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a.txt', 'a')
    await bench.write('source/b.txt', 'b')
    const submit = ['fleet', 'submit', 'source', 'target', '--by', 'folder']
    const first = await bench.gantry([...submit, '--json'], { env: env() })
    const { run } = first.json[0] as { run: string }
    const less = await bench.gantry([...submit, '--include', 'a.txt', '--overwrite'], { env: env() })
    expect(less).toMatchObject({
      code: exitCodes.failed,
      stdout: expect.stringMatching(new RegExp(`^1 wait for an earlier run \\(${run}\\).*gantry fleet cancel$`, 'mu')),
    })
    expect(await bench.gantry(['fleet', 'cancel', run], { env: env() })).toMatchObject({ code: exitCodes.done })
    expect(
      await bench.gantry([...submit, '--include', 'a.txt', '--overwrite', '--json'], { env: env() }),
    ).toMatchObject({ code: exitCodes.done, json: [{ studies: 1, entries: 1, differing: 0 }] })
  })

  test('of what is not there: says so, as copy does, and leaves no run', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a.txt', 'a')
    const submit = ['fleet', 'submit', 'source', 'target', '--by', 'folder', '--include', 'b.txt']
    const runs = async () => (await bench.gantry(['fleet', 'status', '--json'], { env: env() })).json.length
    const before = await runs()
    const stdout = 'There is nothing to copy: the source has no such entries.\n'
    expect(await bench.gantry(submit, { env: env() })).toMatchObject({ code: exitCodes.done, stdout })
    const { json } = await bench.gantry([...submit, '--json'], { env: env() })
    expect(json).toEqual([expect.not.objectContaining({ run: expect.anything() })])
    expect(await runs()).toBe(before)
  })

  test('of what waits already: says that there is nothing new, and leaves no run', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a.txt', 'a')
    const submit = ['fleet', 'submit', 'source', 'target', '--by', 'folder']
    expect(await bench.gantry(submit, { env: env() })).toMatchObject({ code: exitCodes.done })
    const runs = async () => (await bench.gantry(['fleet', 'status', '--json'], { env: env() })).json.length
    const before = await runs()
    const stdout =
      'There is nothing new to move, so this is no run.\n1 wait already, of an earlier run that says the same\n'
    expect(await bench.gantry(submit, { env: env() })).toMatchObject({ code: exitCodes.done, stdout })
    const { json } = await bench.gantry([...submit, '--json'], { env: env() })
    expect(json).toEqual([expect.not.objectContaining({ run: expect.anything() })])
    expect(await runs()).toBe(before)
  })
})
