import { rm, symlink } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { benchWithStudy, env, patient } from '../../../testing/archive-bench.ts'

test('a location is named as the user names the place, and one that is not known is refused', patient, async () => {
  await using bench = await benchWithStudy()
  await bench.gantry(['archive', 'study', 'first', '--session', 'a'], { env })
  await bench.gantry(['archive', 'study', 'second', '--session', 'b'], { env })
  const [path = ''] = (await bench.files('second')).filter((name) => !name.startsWith('.gantry'))
  await rm(bench.path(`second/${path}`))

  expect(await bench.gantry(['audit', '--sweep', '--location', './first'])).toMatchObject({ code: 0 })
  const second = await bench.gantry(['audit', '--sweep', '--location', 'second'])
  expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining(`${path}  is not there\n`) })
  const both = await bench.gantry(['audit', '--sweep'])
  expect(both).toMatchObject({ code: 1, stdout: expect.stringMatching(/ {2}is not there, in file:\S+second\n/u) })

  expect(await bench.gantry(['restore', 'a', 'back', '--from', './first'])).toMatchObject({ code: 0 })
  await symlink('first', bench.path('link'))
  expect(await bench.gantry(['audit', '--sweep', '--location', 'link'])).toMatchObject({ code: 0 })
  expect(await bench.gantry(['restore', 'a', 'again', '--from', 'link'])).toMatchObject({ code: 0 })
  for (const argv of [
    // What is around a location, or in it, is another place.
    ['audit', '--location', '.'],
    ['audit', '--location', 'link/.gantry'],
    ['restore', 'a', 'elsewhere', '--from', './nowhere'],
    ['audit', '--location', './nowhere'],
  ]) {
    expect(await bench.gantry(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('no such location') })
  }
})
