import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '../../../..')
const folder = join(root, '../shared/probes')

/** Whether the probe of this name lies beside the checkout, and what a test that is skipped without it says. */
export function probeNamed(name: string): { readonly isThere: boolean; readonly why: string } {
  const isThere = existsSync(join(folder, `${name}.mjs`))
  return { isThere, why: isThere ? '' : ' [../shared/probes is not there]' }
}

export interface ProbeOptions {
  readonly name: string
  readonly args: readonly string[]
  /** Folders in which the packages that it imports are found, by what stands before their names. */
  readonly packages: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** It is ended at the first line that begins so; default: with its last one. */
  readonly until?: string
}

/** Runs a probe, and tells how many of its checks have passed, and the lines of those that failed. */
export async function runProbe(options: ProbeOptions): Promise<{ passed: number; failed: readonly string[] }> {
  const { name, args, packages, env, until } = options
  const temporary = await mkdtemp(join(tmpdir(), 'gantry-probe-'))
  try {
    // Its imports are found from where it lies.
    await cp(join(folder, `${name}.mjs`), join(temporary, 'probe.mjs'))
    for (const [prefix, found] of Object.entries(packages)) {
      const link = join(temporary, 'node_modules', prefix)
      await mkdir(dirname(link), { recursive: true })
      await symlink(found, link)
    }
    const child = spawn(process.execPath, ['probe.mjs', ...args], {
      cwd: temporary,
      env: { ...process.env, TMPDIR: temporary, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const failed: string[] = []
    let passed = 0
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.includes('| FAIL |')) failed.push(line)
        else if (line.includes('| ok |')) passed += 1
        if (until !== undefined && line.startsWith(until)) break
      }
    } finally {
      child.kill('SIGKILL')
    }
    return { passed, failed }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
