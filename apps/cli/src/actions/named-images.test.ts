import { readImageFile } from '@gantry/dicom/node'
import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

/** A study of six images, and its UID. */
async function withStudy(work: (bench: Workbench, study: string) => Promise<void>): Promise<void> {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('ct'), { size: 16, slices: 3, series: 2 })
  const [file = ''] = await bench.files('ct')
  const { image } = await readImageFile(bench.path('ct', file))
  await work(bench, image?.studyInstanceUID ?? '')
}

test('a study or series that was named and is not there is a failure of copy, whatever else came', async () => {
  await withStudy(async (bench, study) => {
    const none = await bench.gantry(['copy', 'ct', 'out', '--study', '1.2.3'])
    expect(none).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/not_found {2}studies\/1\.2\.3\/\n.*--study/su),
    })
    expect(none.stdout).toContain('run the same command again')
    expect((await bench.gantry(['copy', 'ct', 'out', '--series', '1.2.3', '--quiet'])).stdout).toContain('--series')
    expect(await bench.files('out')).toEqual([])

    const some = await bench.gantry(['copy', 'ct', 'out', '--study', `${study},1.2.3`, '--json'])
    expect(some.code).toBe(1)
    expect(some.json.filter(({ type }) => type === 'entry:error')).toMatchObject([
      { path: 'studies/1.2.3/', code: 'not_found' },
    ])
    expect(await bench.files('out')).toHaveLength(6)
    // It comes later.
    expect((await bench.gantry(['copy', 'ct', 'out', '--study', study])).code).toBe(0)
  })
})

test('so it is of verify, ls, plan, share, rm and of a dry run', async () => {
  await withStudy(async (bench, study) => {
    expect((await bench.gantry(['copy', 'ct', 'out'])).code).toBe(0)
    for (const named of ['1.2.3', `${study},1.2.3`]) {
      for (const command of [
        ['copy', 'ct', 'other', '--dry-run'],
        ['verify', 'ct', 'out'],
        ['verify', 'ct', 'nosuchplace'],
        ['ls', 'ct'],
        ['plan', 'ct'],
        ['share', 'ct', '--to', 'shared'],
        ['rm', 'out', '--dry-run'],
        ['rm', 'out', '--yes'],
      ]) {
        const { code, stdout, stderr } = await bench.gantry([...command, '--study', named])
        expect([command, code, stdout + stderr]).toEqual([command, 1, expect.stringContaining('studies/1.2.3/')])
      }
    }
    expect(await bench.files('out')).toEqual([])
  })
})

test('where nothing is compared nothing is proven; where nothing is new nothing has failed', async () => {
  await withStudy(async (bench) => {
    expect((await bench.gantry(['verify', 'ct', 'out', '--modality', 'MR'])).code).toBe(1)
    expect((await bench.gantry(['copy', 'ct', 'out', '--modality', 'MR'])).code).toBe(0)
    expect((await bench.gantry(['copy', 'ct', 'out', '--since', '2030-01-01'])).code).toBe(0)
  })
})

test.each([
  ['--study', ''],
  ['--series', ','],
  ['--modality', ''],
  ['--ext', ''],
  ['--include', ''],
  ['--exclude', ','],
  ['--since', ''],
])('%s "%s" is wrong usage', async (option, value) => {
  await using bench = await Workbench.make()
  for (const command of [
    ['copy', 'a', 'b'],
    ['ls', 'a'],
  ]) {
    expect(await bench.gantry([...command, option, value])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(option),
    })
  }
})

test('so are days that end before they begin', async () => {
  await using bench = await Workbench.make()
  const { code, stderr } = await bench.gantry(['copy', 'a', 'b', '--since', '2026-02-01', '--until', '2026-01-31'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('--since is after --until')])
})
