import type { Tokens } from '@gantry/serve'

import type { Context } from '../../context.ts'
import { readSecretFile } from '../../read-private-file.ts'
import { UsageError } from '../../usage-error.ts'

/** Tokens of a file, one a line: on a command line, others on the machine would see them. */
export async function readTokens(context: Context, file: string): Promise<Tokens> {
  const text = await readSecretFile(context, file, 'The list of tokens')
  const lines = text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const tokens = { read: [] as string[], write: [] as string[] }
  for (const line of lines) {
    const [, only, token = ''] = /^(read:)?([\w~+/=.-]{16,})$/u.exec(line) ?? []
    if (token === '') throw new UsageError('A token has 16 characters or more, of A-Z, a-z, 0-9 and "-._~+/=".')
    tokens[only === undefined ? 'write' : 'read'].push(token)
  }
  if (lines.length === 0) throw new UsageError('The file of tokens holds none.')
  return tokens
}
