import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

describe('rm', () => {
  test('asks, and removes what was counted', async () => {
    await using bench = await Workbench.make()
    await bench.fill('dst', 4)
    await bench.write('beside.txt', 'x')
    const question = 'Remove 2 entries (2.00 kB) from dst? This cannot be undone.'
    const selected = ['rm', 'dst', '--include', '000[12].dcm']
    const no = await bench.gantry(selected, { terminal: 80, answer: false })
    expect(no).toMatchObject({ code: 0, questions: [question], stdout: 'Nothing was removed.\n' })
    expect(await bench.gantry(selected, { terminal: 80, answer: undefined })).toMatchObject({ code: 130 })
    expect(await bench.files('dst')).toHaveLength(4)
    expect(await bench.gantry(selected, { terminal: 80, answer: true })).toMatchObject({ code: 0 })
    expect(await bench.files('dst')).toEqual(['0000.dcm', '0003.dcm'])
    expect((await bench.gantry(['rm', 'dst', '-n'])).stdout).toContain('2 entries (2.00 kB) would be removed')
    const planned = await bench.gantry(['rm', 'dst', '-n', '--json'])
    expect(planned.json.at(-1)).toMatchObject({ type: 'result', dryRun: true, entries: 2, exit: 0 })
    expect(await bench.gantry(['rm', 'dst', '--yes', '--json'])).toMatchObject({ code: 0 })
    expect(await bench.files('dst')).toEqual([])
    expect(await bench.read('beside.txt')).toBe('x')
    expect((await bench.gantry(['rm', 'dst'], { terminal: 80, answer: true })).stdout).toBe('No entries.\n')
  })
  test('leaves what any of several patterns names, also with commas between them', async () => {
    await using bench = await Workbench.make()
    for (const path of ['2024/a.dcm', '2025/a.dcm', '2026/a.dcm', '2026/b.ima']) await bench.write(path, 'x')
    await bench.gantry(['rm', '.', '--exclude', '2026/**,2025/**', '--exclude', 'jobs/**', '--yes'])
    expect(await bench.files('.')).toEqual(['2025/a.dcm', '2026/a.dcm', '2026/b.ima'])
    await bench.gantry(['rm', '.', '--include', '2025/*,*.{ima,x}', '--yes'])
    expect(await bench.files('.')).toEqual(['2026/a.dcm'])
  })

  test.each([
    ['rm', 'dst', '--yes', '--include', '[z-a]'],
    ['copy', 'src', 'dst', '--exclude', '*.dcm,{a'],
    ['copy', 'src', 'dst', '--exclude', '[z-a]', '--json'],
    ['archive', 'src', 'dst', '--include', '[z-a]'],
  ])('a pattern that is none is a usage error, and nothing is begun: %s %s %s %s %s', async (...argv) => {
    await using bench = await Workbench.make()
    await bench.fill('src', 1)
    await bench.fill('dst', 1)
    const { code, stderr, stdout } = await bench.gantry(argv)
    expect(code).toBe(2)
    expect(stdout + stderr).toContain('is not a valid glob')
    expect(await bench.files('.')).toEqual(['dst/0000.dcm', 'src/0000.dcm'])
  })
})
