import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'

const longest = 4096

/** Asked for where somebody sits there, else the first line of the input. */
export async function askPassword({ io }: Context, user: string): Promise<string> {
  const password = io.interactive ? await io.askSecret(`Password of ${user}`) : await io.readLine(longest)
  if (password === undefined || password === '') throw new UsageError('Without a password nobody is logged in.')
  return password
}
