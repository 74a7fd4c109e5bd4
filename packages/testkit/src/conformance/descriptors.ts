import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Open files and sockets of this process, where the system tells. */
export function openDescriptors(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined
}

/** Fails when many more are open than `before`. */
export async function refuseLeak(before: number | undefined): Promise<void> {
  // Sockets close in their own time.
  for (let round = 0; round < 50; round += 1) {
    const now = openDescriptors()
    if (before === undefined || now === undefined || now <= before + 24) return
    await sleep(50)
  }
  assert.fail(`files or sockets stay open: ${openDescriptors()}, and ${before} before`)
}
