import type { SigningOut } from '../state/use-account.ts'
import { say } from './say.ts'

/** What people have to know of a sign-out that was made in another tab, and of what any has stopped; else nothing. */
export function saySignedOut({ elsewhere = false, keepOpen = false }: SigningOut, stopped: readonly string[]): string {
  const said = [
    elsewhere ? say('signOut.elsewhere') : '',
    elsewhere && !keepOpen ? say('signOut.closed') : '',
    stopped.includes('download') ? say('signOut.download') : '',
    stopped.includes('goOnSharing') ? say('signOut.share') : '',
  ]
  return said.filter((words) => words !== '').join(' ')
}
