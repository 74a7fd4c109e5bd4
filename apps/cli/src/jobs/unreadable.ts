import { isGantryError } from '@gantry/core'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { toJsonLine } from '../render/json.ts'

/** Records of jobs that could not be read. */
export class Unreadable {
  readonly #ids = new Map<string, unknown>()
  readonly onUnreadable = (id: string, error: unknown): void => void this.#ids.set(id, error)

  get count(): number {
    return this.#ids.size
  }

  /** Why the one that somebody means, by a part of its id, could not be read. */
  meant(text: string): unknown {
    return [...this.#ids].find(([id]) => id.includes(text))?.[1]
  }

  /** Says which, and why; to remove one is advised where nothing else helps. */
  tell({ io, options }: Context): ExitCode {
    const byMessage = new Map<string, string[]>()
    for (const [id, error] of this.#ids) {
      const { code, message } = isGantryError(error) ? error : { code: 'internal', message: 'An unexpected error.' }
      if (options.json) io.stdout.write(toJsonLine({ type: 'error', code, message, id }))
      else if (isDamaged(error)) {
        io.stderr.write(
          `The record of the job ${id} cannot be read: ${message} gantry jobs forget --force ${id} removes it\n`,
        )
      } else byMessage.set(message, [...(byMessage.get(message) ?? []), id])
    }
    for (const [message, ids] of byMessage) {
      const which = ids.length === 1 ? 'record of the job' : 'records of the jobs'
      io.stderr.write(`The ${which} ${ids.join(', ')} cannot be read: ${message}\n`)
    }
    return this.#ids.size > 0 ? exitCodes.failed : exitCodes.done
  }
}

/** Whether a record is lost whatever is done; any other comes back with space, rights or another version. */
export function isDamaged(error: unknown): boolean {
  return isGantryError(error) && error.code === 'invalid'
}
