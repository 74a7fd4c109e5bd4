import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'

export interface Running {
  readonly cwd: string
  /** Stands first on the `PATH`: the Node that all of the command runs under. */
  readonly bin?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Runs a command to its end, and gives what it printed; one that fails throws what it said. */
export function run(command: string, args: readonly string[], running: Running): Promise<string> {
  const { cwd, bin = [], signal } = running
  const env = { ...clean(process.env), ...running.env, PATH: [...bin, process.env['PATH']].join(delimiter) }
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it has started ends with it.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const stop = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop)
      const output = Buffer.concat(chunks).toString()
      if (signal.aborted) reject(signal.reason as Error)
      else if (code === 0) resolve(output)
      else reject(new Error(`${command} ${args.join(' ')} (in ${cwd}) ends with ${code}:\n${output.slice(-8000)}`))
    })
  })
}

/**
 * Without what npm and pnpm tell the scripts that they run, which would reach into the projects that are made here; above all
 * without a registry, which would stand above that of a project's `.npmrc`.
 */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const told = /^(npm_(package|lifecycle|execpath|node_execpath|command)|INIT_CWD$|NODE_ENV$)/iu
  const reaching = /^p?npm_config_(local_prefix|prefix|user_agent|.*registry)$/iu
  return Object.fromEntries(Object.entries(env).filter(([name]) => !told.test(name) && !reaching.test(name)))
}
