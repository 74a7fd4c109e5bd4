import { main } from './main.ts'
import { processIo } from './process-io.ts'

/** Runs the command line of this process, and ends it: no forgotten socket may keep a finished command alive. */
export async function start(): Promise<void> {
  const code = await main(process.argv.slice(2), processIo())
  await Promise.all([drained(process.stdout), drained(process.stderr)])
  process.exit(code)
}

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return
  await new Promise<void>((resolve) => {
    stream.once('error', () => resolve())
    stream.write('', () => resolve())
  })
}
