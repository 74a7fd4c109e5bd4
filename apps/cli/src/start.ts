import { main } from './main.ts'
import { written } from './output-of.ts'
import { processIo } from './process-io.ts'

/** Runs the command line of this process, and ends it: no forgotten socket may keep a finished command alive. */
export async function start(): Promise<void> {
  const code = await main(process.argv.slice(2), processIo())
  await Promise.all([written(process.stdout), written(process.stderr)])
  process.exit(code)
}
