import type { Gantry, SharedMetadata } from '@gantry/share'

import type { Context } from '../../context.ts'

/** Milliseconds for revoking what nobody has the link of. */
const longestRevoke = 30_000

/**
 * Whether the link got out, which is printed once and kept nowhere. Where it did not, a person at a terminal gets it there; else the
 * share is revoked: what is said of errors is kept by others, and a link opens all of it.
 */
export async function handOver(
  { io, style }: Context,
  gantry: Gantry,
  { id, secret }: SharedMetadata,
  place: string | undefined,
): Promise<boolean> {
  if (await io.stdout.written()) return true
  const say = (text: string) => io.stderr.write(`${style.stderr.red('gantry:')} ${text}\n`)
  if (io.stderr.isTerminal) {
    say(`The link could not be written to the output. Here it is:\n${secret}`)
    return false
  }
  // Not by the signal of the command: the output that broke has aborted it.
  const { error } = await gantry.shares.revoke(id, { signal: AbortSignal.timeout(longestRevoke) })
  say(
    error === undefined
      ? 'The link could not be written to the output, and nobody has it: the share was revoked. Mend the output, and share again.'
      : `The link could not be written to the output, and nobody has it; nor could the share be revoked: gantry revoke ${id}${place === undefined ? '' : ` --from ${place}`}`,
  )
  return false
}
