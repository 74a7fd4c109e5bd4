import { execFileSync } from 'node:child_process'

import { onTestFinished } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

export const isRoot = process.getuid?.() === 0
export const canMount = isRoot && process.platform === 'linux'

/** A file system of its own, of `size` bytes. */
export async function smallDisk(size: number): Promise<string> {
  const folder = await temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => void execFileSync('umount', [folder]))
  return folder
}
