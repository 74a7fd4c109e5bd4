import { join } from 'node:path'

import { readArguments } from '@gantry-tooling/arguments'

import { dryRun } from './dry-run.ts'

// npm run release:dry: with -- --keep, its registry stays until Ctrl-C. Exit code 0 only if all that a release does was done, and worked for its users.
const { values } = await readArguments(
  { options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } },
  'Usage: npm run release:dry -- [--keep]',
)
const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => controller.abort(new Error(`stopped by ${name}`)))
}
try {
  await dryRun({
    root: join(import.meta.dirname, '../..'),
    print: console.log,
    signal: controller.signal,
    keep: values.keep === true,
  })
  console.log('Everything held. Nothing was published anywhere but on this machine, and that is gone.')
} catch (error) {
  console.error(`FAILED ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = controller.signal.aborted ? 130 : 1
}
