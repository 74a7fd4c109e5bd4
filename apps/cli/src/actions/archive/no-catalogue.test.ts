import { describe, expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

const looking = [
  ['audit', '--sweep', '--drill'],
  ['restore', 'monday', 'out'],
  ['catalogue', 'ls'],
  ['catalogue', 'find', '--modality', 'CT'],
  ['catalogue', 'show', 'monday'],
  ['catalogue', 'export'],
  ['catalogue', 'check'],
]

describe('where there is no catalogue', () => {
  test.each(looking)('one that is named is a usage error, and none is made: %s %s %s', async (...argv) => {
    await using bench = await Workbench.make()
    const result = await bench.gantry([...argv, '--catalogue', 'typo.db'])
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('typo.db') })
    expect(await bench.files('.')).toEqual([])
  })

  test.each(looking)('yet, it is said how to come by one: %s %s', async (...argv) => {
    await using bench = await Workbench.make()
    const result = await bench.gantry(argv)
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('gantry archive makes it') })
    expect(await bench.files('.')).toEqual([])
  })

  test('nothing is shredded that was to stand in one', async () => {
    await using bench = await Workbench.make()
    const argv = ['shred', `car+file://${bench.path('a')}`, '1.2', '--yes', '--catalogue', 'typo.db']
    expect(await bench.gantry(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('typo.db') })
  })
})

test('an audit of a catalogue without entries does not say that nothing is wrong', async () => {
  await using bench = await Workbench.make()
  await bench.write('none.jsonl', '{"type":"catalogue","version":1}\n')
  expect(await bench.gantry(['catalogue', 'import', 'none.jsonl', '--catalogue', 'c.db'])).toMatchObject({ code: 0 })
  for (const how of [['--sweep'], ['--percent', '5'], []]) {
    const audited = await bench.gantry(['audit', ...how, '--catalogue', 'c.db'])
    expect(audited).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nothing to audit') })
  }
})
