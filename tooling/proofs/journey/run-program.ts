import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs a program of this folder to its end, in an empty environment; answers what it said. */
export async function runProgram(name: string, args: readonly string[]): Promise<string> {
  const all = ['--conditions=@gantry/source', join(import.meta.dirname, name), ...args]
  const { stdout, stderr } = await run(process.execPath, all, { env: {}, maxBuffer: 2 ** 28 })
  if (stderr !== '') throw new Error(`${name} complained: ${stderr}`)
  return stdout
}
