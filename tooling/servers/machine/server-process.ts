import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { tail } from './run.ts'

const PATIENCE = 120_000

/** A script that runs a server, says "ready" on a line when it answers, and kills it when its own input ends. */
export type ServerProcess = { kill(): Promise<void> }

/**
 * Starts such a script. Its standard input is a pipe from this process and from nowhere else, so the kernel closes it
 * when this process ends, `kill -9` included: no server outlives the tests that wanted it.
 */
export async function startServerProcess(command: string, args: readonly string[]): Promise<ServerProcess> {
  // In a session of its own, so that Ctrl-C in a terminal reaches the test runner first and the server by it.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  const kill = async () => {
    child.ref()
    child.stdin.destroy()
    const lastResort = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(lastResort)
  }
  try {
    await untilReady(child)
  } catch (error) {
    await kill()
    throw error
  }
  // A forgotten server does not keep its starter from ending, which ends the server.
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) (handle as ChildProcess | Socket).unref()
  return { kill }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (what: string) => reject(new Error(`the server ${what}: ${tail(output, 6)}`))
    const timer = setTimeout(() => fail(`was not ready after ${PATIENCE / 1000} s`), PATIENCE)
    const listen = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000)
      if (!/^ready$/m.test(output)) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', (error) => (output += error.message))
    // Closed, rather than ended: what it printed last has arrived.
    child.once('close', () => {
      clearTimeout(timer)
      fail('ended')
    })
  })
}
