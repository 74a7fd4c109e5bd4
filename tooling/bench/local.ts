import { join } from 'node:path'

import type { Contestant } from './contest.ts'
import { contest } from './contest.ts'
import { bytesOf, describeSet, emptyFolder, longFiles, makeDataSet, refuseUnlessEqual, slices } from './data-set.ts'
import { gantry } from './gantry.ts'
import { measure } from './measure.ts'
import { reportContest } from './report.ts'

/** Folder to folder, against what everyone uses. Those write to the page cache alone; Gantry says when it has synced. */
export async function benchLocal(folder: string, rounds: number): Promise<string> {
  const reports: string[] = []
  for (const set of [slices, longFiles]) {
    const source = makeDataSet(folder, set)
    const rows = await contest(contestants(folder, source), rounds)
    reports.push(
      reportContest(`folder -> folder, ${describeSet(set)}`, rows, set === slices ? 'rsync -a' : 'cp -r', bytesOf(set)),
    )
  }
  return reports.join('\n')
}

function contestants(folder: string, source: string): Contestant[] {
  const target = join(folder, 'copy')
  const one = (name: string, command: string, args: string[]): Contestant => ({
    name,
    prepare: () => emptyFolder(target),
    run: () => measure({ command, args }),
    check: () => refuseUnlessEqual(source, target),
  })
  const { command, args } = gantry(['copy', source, target, '--quiet', '--new'])
  const cached = gantry(['copy', source, target, '--quiet', '--new', '--to-option', 'durability=cache'])
  return [
    one('cp -r', 'cp', ['-r', `${source}/.`, target]),
    one('rsync -a', 'rsync', ['-a', `${source}/`, `${target}/`]),
    one('gantry', command, [...args]),
    // With the guarantees of the others, and digests.
    one('gantry, cache', cached.command, [...cached.args]),
    // With the guarantees of Gantry, but digests.
    one('cp -r, sync', 'sh', ['-c', 'cp -r "$0/." "$1" && sync -f "$1"', source, target]),
  ]
}
