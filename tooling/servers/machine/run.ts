import { spawn } from 'node:child_process'

export type RunResult = { ok: boolean; output: string }

/** Runs a command to its end and collects what it prints; a command that is not there is one that failed. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }))
  })
}

/** The last lines of an output: where a failed command says why. */
export function tail(output: string, lines = 3): string {
  return output.trim().split('\n').slice(-lines).join(' | ')
}
