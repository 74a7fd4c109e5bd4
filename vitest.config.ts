import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Types, tests and apps all run from source: the `@gantry/source` condition stands first in every package's exports.
const conditions = ['@gantry/source', 'node', 'import', 'default']

/** Minutes in one file: begun last, it would run when nothing else does any more. */
const longest = /\/apps\/web\/src\/web\.test\.ts$/u

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => Number(longest.test(b.moduleId)) - Number(longest.test(a.moduleId)))
  }
}

export default defineConfig({
  resolve: { conditions },
  // These become Node's own: `import` among them would hold for what is required, too.
  ssr: { resolve: { conditions: conditions.slice(0, 2), externalConditions: conditions } },
  test: {
    include: ['{packages,apps,tooling,examples}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/template/**'],
    // What hangs is told by these; a machine that others use as well may be slow, and nothing is wrong then.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // One core less is what vitest takes by itself: on the two that CI has, that would be one file at a time. And many
    // files wait for servers, processes and clocks: a quarter of two cores was idle with two at a time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Starts real servers, once a run, when a test file asks for them.
    globalSetup: ['tooling/servers/vitest/global-setup.ts'],
  },
})
