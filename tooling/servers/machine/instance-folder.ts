import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serversFolder } from './folders.ts'

/** A new folder for the data of one server, named after the process that owns it. */
export function makeInstanceFolder(): string {
  sweepInstanceFolders()
  const folder = join(runFolder(), `${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}`)
  mkdirSync(folder)
  return folder
}

export function removeInstanceFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Removes what crashed owners left. Their servers are dead already: they end when their owner does. */
export function sweepInstanceFolders(): void {
  for (const name of readdirSync(runFolder())) {
    const [pid, start] = name.split('-')
    if (startOf(Number(pid)) !== start) removeInstanceFolder(join(runFolder(), name))
  }
}

export function runFolder(): string {
  const folder = join(serversFolder(), 'run')
  mkdirSync(folder, { recursive: true })
  return folder
}

/** When a process started, in clock ticks since boot: with the pid it names one process for good. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22; the second one is the program's name, in brackets, which may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
