import { comparePaths } from '@gantry/core/driver'

import { type Breaking, type Broken, listing } from './breaking.ts'

/** Pages by number, not by name: what comes or goes shifts all that follow. */
const listsByOffset: Breaking = (_driver, contents) => ({
  async *list() {
    for (let index = 0; ; index += 1) {
      const path = [...contents.entries.keys()].sort(comparePaths)[index]
      if (path === undefined) return
      yield contents.find(path).entry
    }
  },
})

/** Lists that lose, double, or tell what is not so. */
export const brokenLists: readonly Broken[] = [
  [
    'a list with versions of its own',
    'lists the version that stat tells',
    listing((entries) => entries.map((entry) => ({ ...entry, version: 'listed' }))),
  ],
  ['one page only', 'lists 2,500 entries, each once', listing((entries) => entries.slice(0, 1000))],
  [
    'the first of each page twice',
    'lists 2,500 entries, each once',
    listing((entries) => entries.flatMap((entry, index) => (index === 1000 ? [entry, entry] : [entry]))),
  ],
  ['pages by number', 'loses and doubles nothing while others come and go', listsByOffset],
  [
    'a prefix of letters',
    'lists a prefix by whole segments',
    (driver) => ({
      async *list({ prefix = '' }, call) {
        for await (const entry of driver.list({}, call)) if (entry.path.startsWith(prefix)) yield entry
      },
    }),
  ],
  ['no prefix at all', 'lists a prefix by whole segments', (driver) => ({ list: (_, call) => driver.list({}, call) })],
  [
    'lengths that are not told',
    'lists what stat tells',
    listing((entries) => entries.map((entry) => ({ ...entry, size: 0 }))),
  ],
  ['no order', 'lists in the order of the bytes of the paths', listing((entries) => entries.toReversed())],
  [
    'the order of UTF-16',
    'lists in the order of the bytes of the paths',
    listing((entries) => entries.sort((a, b) => (a.path < b.path ? -1 : 1))),
  ],
]
