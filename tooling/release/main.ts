import { join } from 'node:path'

import { dryRun } from './dry-run.ts'

// npm run release:dry: with -- --keep, its registry stays until Ctrl-C. Exit code 0 only if all that a release does was done, and worked for its users.
if (process.argv.includes('--help')) {
  console.log('Usage: npm run release:dry -- [--keep]')
  process.exit(0)
}
const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => controller.abort(new Error(`stopped by ${name}`)))
}
try {
  await dryRun({
    root: join(import.meta.dirname, '../..'),
    print: console.log,
    signal: controller.signal,
    keep: process.argv.includes('--keep'),
  })
  console.log('Everything held. Nothing was published anywhere but on this machine, and that is gone.')
} catch (error) {
  console.error(`FAILED ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = controller.signal.aborted ? 130 : 1
}
