import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'

const longest = 4096

/** Asked for where somebody sits there, else the first line of the input. */
export async function askPassword({ io }: Context, user: string): Promise<string> {
  const text = io.interactive ? await io.askSecret(`Password of ${user}`) : await io.readInput(longest)
  const [password = ''] = (text ?? '').split(/\r?\n/u, 1)
  if (password === '') throw new UsageError('Without a password nobody is logged in.')
  return password
}
