import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { writePhantom } from '@gantry/testkit/phantom'

import { contest, type Contestant } from './contest.ts'
import { emptyFolder } from './data-set.ts'
import { gantry } from './gantry.ts'
import { measure } from './measure.ts'
import { reportContest } from './report.ts'

const slices = 300
const env = { GANTRY_DEIDENTIFY_KEY: 'the key of a benchmark, and of nothing else' }

/**
 * Folder to folder, with de-identification and without. The plain copy goes through a thread that copies from file to
 * file; the third takes the road of bytes that pass, as from any other storage. At least half of the speed is asked for.
 */
export async function benchDeidentify(folder: string, rounds: number): Promise<string> {
  const source = join(folder, 'phantom')
  await writePhantom(source, { slices })
  const target = join(folder, 'copy')
  const one = (name: string, words: readonly string[]): Contestant => ({
    name,
    prepare: () => emptyFolder(target),
    run: () => {
      const args = ['copy', source, target, '--quiet', '--new', '--to-option', 'durability=cache', ...words]
      return measure(gantry(args, env))
    },
    check: () => {
      const files = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dcm'))
      if (files.length !== slices) throw new Error(`${name} left ${files.length} files, not ${slices}.`)
    },
  })
  const rows = await contest(
    [
      one('gantry copy', []),
      one('gantry copy, passing', ['--bwlimit', '100G']),
      one('--deidentify', ['--deidentify']),
      one('--deidentify, options', [
        '--deidentify',
        '--retain',
        'modified-dates,safe-private',
        '--clean',
        'descriptors',
      ]),
    ],
    rounds,
  )
  const bytes = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(source, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
  return reportContest(`de-identification, ${slices} slices of CT`, rows, 'gantry copy', bytes)
}
