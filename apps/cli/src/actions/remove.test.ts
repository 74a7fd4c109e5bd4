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
    expect(await bench.gantry(['rm', 'dst', '--yes', '--json'])).toMatchObject({ code: 0 })
    expect(await bench.files('dst')).toEqual([])
    expect(await bench.read('beside.txt')).toBe('x')
    expect((await bench.gantry(['rm', 'dst'], { terminal: 80, answer: true })).stdout).toBe('No entries.\n')
  })
})
