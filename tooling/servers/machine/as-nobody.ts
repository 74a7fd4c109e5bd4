import { chownSync } from 'node:fs'
import { isRoot } from './debian.ts'

const NOBODY = 65_534

/** Gives a folder to the user that servers run as: nobody, where this process is root, else itself. */
export function giveToNobody(folder: string): void {
  if (isRoot()) chownSync(folder, NOBODY, NOBODY)
}

/** The command, run as that user. */
export function asNobody(command: readonly string[]): string[] {
  if (!isRoot()) return [...command]
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', '--no-new-privs']
  return ['setpriv', ...user, '--', ...command]
}
