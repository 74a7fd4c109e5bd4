import { askSecret } from '../../ask-secret.ts'
import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'

const longest = 4096

/** Asked for where somebody sits there, else the first line of the input. */
export async function askPassword(context: Context, user: string): Promise<string> {
  const { io } = context
  const password = io.interactive ? await askSecret(context, `Password of ${user}`) : await io.readLine(longest)
  if (password === '')
    throw new UsageError('No password was given: type it, or give it as the first line of the input.')
  return password
}
