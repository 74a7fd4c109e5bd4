import { GantryError } from '@gantry/core'

import type { Context } from './context.ts'

/** Asks for what nobody shall see on the screen. Who leaves the question leaves the command, as by Ctrl-C anywhere else. */
export async function askSecret({ io }: Context, question: string): Promise<string> {
  const answer = await io.askSecret(question)
  if (answer === undefined) throw new GantryError('cancelled', 'Stopped.')
  return answer
}
