import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What one command cost. */
export interface Cost {
  /** Milliseconds. */
  readonly wall: number
  /** Milliseconds of both user and system time, as last seen. */
  readonly cpu: number
  /** Peak resident memory in bytes, from the kernel's own high-water mark. */
  readonly rss: number
}

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
}

/** Runs a command to its end; one that fails is no measurement, and throws with what it said. */
export async function measure(command: Command): Promise<Cost> {
  return (await measureSaying(command)).cost
}

/** The same, with the end of what it said. */
export async function measureSaying({ command, args, env, cwd }: Command): Promise<{ cost: Cost; said: string }> {
  const began = performance.now()
  const child = spawn(command, args, { env: { ...process.env, ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  let seen = { cpu: 0, rss: 0 }
  const look = () => {
    if (child.pid !== undefined) seen = lookAt(child.pid, seen)
  }
  const timer = setInterval(look, 20)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`)
  return { cost: { wall: performance.now() - began, ...seen }, said }
}

/** Ticks of a process's clock a second: 100 on every Linux that Node runs on. */
const ticks = 100

function lookAt(pid: number, seen: { cpu: number; rss: number }): { cpu: number; rss: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const rss = Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) * 1024
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const cpu = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks
    return { cpu: Math.max(seen.cpu, cpu), rss: Math.max(seen.rss, rss) }
  } catch {
    // It has ended in between.
    return seen
  }
}
