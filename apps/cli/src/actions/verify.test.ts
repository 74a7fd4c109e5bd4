import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

describe('verify', () => {
  test('compares two places, and a job with its record', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 4)
    const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
    const id = String(copied.json[0]?.['id'])
    expect(await bench.gantry(['verify', 'src', 'dst'])).toMatchObject({
      code: 0,
      stdout: '4 entries (4.00 kB) the same\n',
    })
    expect(await bench.gantry(['verify', id])).toMatchObject({ code: 0 })
    expect((await bench.gantry(['jobs', 'show', id, '--json'])).json[0]).toMatchObject({ record: { unverified: 0 } })
    await bench.write('dst/0001.dcm', (await bench.read('src/0001.dcm')).replace('1', '2'))
    await bench.gantry(['rm', 'dst/0002.dcm', '--yes'])
    const differing = await bench.gantry(['verify', 'src', 'dst'])
    expect(differing.code).toBe(1)
    expect(differing.stdout.split('\n').slice(0, 2)).toEqual(['different  0001.dcm', 'missing    0002.dcm'])
    const { code, json } = await bench.gantry(['verify', id, '--json'])
    expect(code).toBe(1)
    expect(json.map(({ outcome }) => outcome)).toEqual(['same', 'different', 'missing', 'same', undefined])
    const quick = await bench.gantry(['verify', 'src', 'dst', '--quick', '--json'])
    expect(quick).toMatchObject({ code: 1 })
  })

  test('of a job says what --no-clobber left as found, and that it was not compared', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 3)
    await bench.write('dst/0001.dcm', 'something else')
    const copied = await bench.gantry(['copy', 'src', 'dst', '--no-clobber', '--json'])
    const id = String(copied.json[0]?.['id'])
    const told = await bench.gantry(['verify', id])
    expect(told.code).toBe(0)
    expect(told.stdout.split('\n')).toEqual([
      '2 entries (2.00 kB) the same',
      `Not compared: 1 entry that the job left as found. To compare all: gantry verify ${bench.path('src')} ${bench.path('dst')}`,
      '',
    ])
    expect((await bench.gantry(['verify', id, '--json'])).json.at(-1)).toMatchObject({
      type: 'result',
      kept: 1,
      exit: 0,
    })
  })

  test('of a job that has not copied all says so: 1', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 6, 20_000)
    const slowly = ['copy', 'src', 'dst', '--bwlimit', '50k', '--jobs', '1', '--json']
    const paused = await bench.gantry(slowly, {
      watch(text, interrupt) {
        if (text.includes('"entry:done"')) interrupt('signal')
      },
    })
    const id = String(paused.json[0]?.['id'])
    const half = await bench.gantry(['verify', id])
    expect(half.code).toBe(1)
    expect(half.stdout).toMatch(/ the same\nNot copied: \d entr\w+ of this job\n/u)
    expect(half.stdout).toContain(`To go on: gantry jobs resume ${id}\n`)
    // Where one file is to be, there is a folder.
    await bench.write('dst/0005.dcm/in-the-way', 'x')
    expect(await bench.gantry(['jobs', 'resume', id])).toMatchObject({ code: 1 })
    const told = await bench.gantry(['verify', id])
    expect(told.code).toBe(1)
    expect(told.stdout.split('\n').slice(1)).toEqual([
      'Not copied: 1 entry of this job',
      `To try them again: gantry jobs resume ${id}`,
      '',
    ])
    const { json } = await bench.gantry(['verify', id, '--json'])
    expect(json.at(-1)).toMatchObject({ type: 'result', failed: 1, exit: 1 })
  })

  test('of a job that has copied nothing says that, and blames no source: 1', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    await bench.write('dst/0000.dcm/in-the-way', 'x')
    const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
    const told = await bench.gantry(['verify', String(copied.json[0]?.['id'])])
    expect(told.code).toBe(1)
    expect(told.stdout).toContain('There is nothing to compare: the job has copied nothing.\nNot copied: 1 entry')
  })
})
