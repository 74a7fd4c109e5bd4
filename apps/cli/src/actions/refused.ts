import { compileSelection, type GantryError, type Selection } from '@gantry/core'
import type { MissingImages, NamedImages } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { tellMissing } from '../places/missing-images.ts'
import { entries } from '../render/amounts.ts'
import { listedFailures } from '../render/failures.ts'
import { printable } from '../render/text.ts'

/** Names that a store has and Gantry takes for no paths: they cannot be named to it, and so stay. So does what a damaged record holds. */
export class Refused {
  readonly onRefused: (name: string, why: GantryError) => void
  #count = 0
  readonly #names: string[] = []
  readonly #damaged: string[] = []
  readonly #named: NamedImages | undefined

  constructor({ prefix, include, exclude, extensions }: Selection, named: NamedImages | undefined) {
    this.#named = named
    // Of the other selections, nobody can say whether they hold it: it may be meant.
    const mayBeMeant = compileSelection(
      {
        ...(prefix !== undefined && { prefix }),
        ...(include && { include }),
        ...(exclude && { exclude }),
        ...(extensions && { extensions }),
      },
      { headers: false },
    )
    this.onRefused = (path, { code }) => {
      const isDamaged = code === 'integrity'
      if (!isDamaged && !mayBeMeant({ path })) return
      this.#count += 1
      if (isDamaged) this.#damaged.push(path)
      else if (this.#names.length < listedFailures) this.#names.push(path)
    }
  }

  /** What was named and is not there, as soon as all is selected. */
  get missing(): readonly MissingImages[] {
    return this.#named?.missing() ?? []
  }

  get count(): number {
    return this.#count
  }

  /** Says how many were left, and how the command ends therefore. */
  tell(context: Context, exit: ExitCode): ExitCode {
    const { io, options } = context
    tellMissing(context, this.missing)
    if (this.#count === 0) return this.missing.length > 0 ? exitCodes.failed : exit
    if (!options.json) {
      const lines = this.#names.map((name) => `  ${printable(name)}\n`)
      const count = this.#count - this.#damaged.length
      if (count > this.#names.length) lines.push('  …\n')
      if (count > 0) io.stderr.write(`Left: ${entries(count)} whose names are no paths\n${lines.join('')}`)
      for (const name of this.#damaged) io.stderr.write(`Left: whatever is in ${printable(name)}, which is damaged\n`)
    }
    return exitCodes.failed
  }
}
