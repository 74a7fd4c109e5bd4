import { isGantryError } from '@gantry/core'
import { parseSecretLink, type SecretLink } from '@gantry/share'

import { askSecret } from '../../ask-secret.ts'
import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'

const longest = 4096

/** The secret as an argument, or with `-` from the input, so that no history of commands has it. */
export async function readSecret(context: Context, argument: string): Promise<string> {
  if (argument !== '-') return argument
  const { io } = context
  const text = io.interactive ? await askSecret(context, 'Secret link of the share') : await io.readLine(longest)
  return text.trim()
}

/** Never repeats what it was given. */
export function parsedSecret(secret: string): SecretLink {
  try {
    return parseSecretLink(secret)
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message) : error
  }
}
