import { join } from 'node:path'
import { readArguments } from '@gantry-tooling/arguments'
import { startVitest } from 'vitest/node'
import { closingLine, failedLines, skippedLines, tally } from './tally.ts'

// npm test -- [--extra] [file filters]: all tests, or those in files whose path has one of the filters in it.
const { values, positionals } = await readArguments(
  { allowPositionals: true, options: { extra: { type: 'boolean' }, help: { type: 'boolean' } } },
  'Usage: npm test -- [--extra] [part of the path of a test]...',
)
if (values.extra) process.env['GANTRY_TEST_EXTRA'] = '1'

const root = join(import.meta.dirname, '../..')
// Hundreds of processes are started from source, many with a home of their own: each would compile everything anew.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/gantry-tests')
const vitest = await startVitest('test', positionals, { root, watch: false })
const modules = vitest.state.getTestModules()
const unhandled = vitest.state.getUnhandledErrors().length
// Servers are stopped here: nothing that they say comes after the closing line.
await vitest.close()

const counts = tally(modules)
say('Skipped', modules.flatMap(skippedLines))
// Once more, where whoever looks at the end alone finds them.
say('Failed', modules.flatMap(failedLines))
if (unhandled > 0) console.log(`Errors outside of any test: ${unhandled}\n`)
console.log(closingLine(counts))
process.exitCode = counts.passed > 0 && counts.failed === 0 && unhandled === 0 ? 0 : 1

function say(what: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`${what}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
}
