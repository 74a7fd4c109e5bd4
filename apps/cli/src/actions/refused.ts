import { compileSelection, type ErrorCode, type GantryError, type Selection } from '@gantry/core'
import type { MissingImages, NamedImages } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOfAll } from '../exit-code.ts'
import { tellMissing } from '../places/missing-images.ts'
import { formatCount } from '../render/amounts.ts'
import { type Failure, listedFailures } from '../render/failures.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'

/**
 * What stays, though it may be meant: what is there and is no entry, as names that are no paths, which cannot be named to the store; what a
 * damaged record holds; and DICOM whose header is too damaged to say whether it is selected.
 */
export class Refused {
  readonly onRefused: (name: string, why: GantryError) => void
  readonly onFlaw: (path: string, flaw: string) => void
  /** As many as are shown, and all codes. */
  readonly #shown: Failure[] = []
  readonly #codes = new Set<ErrorCode>()
  #refused = 0
  #unread = 0
  readonly #named: NamedImages | undefined

  constructor(context: Context, { prefix, include, exclude, extensions }: Selection, named: NamedImages | undefined) {
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
    const left = (failure: Failure) => {
      this.#codes.add(failure.code)
      if (context.options.json) context.io.stdout.write(toJsonLine({ type: 'failed', ...failure }))
      else if (this.#shown.length < listedFailures) this.#shown.push(failure)
    }
    this.onRefused = (path, { code, message }) => {
      if (code !== 'integrity' && !mayBeMeant({ path })) return
      this.#refused += 1
      left({ path, code, message })
    }
    this.onFlaw = (path, message) => {
      this.#unread += 1
      left({ path, code: 'integrity', message })
    }
  }

  /** For programs. */
  get counts(): { readonly refused: number; readonly unread: number } {
    return { refused: this.#refused, unread: this.#unread }
  }

  /** Of all that was left, and of what was named and is not there; complete as soon as all is selected. */
  codes(): ReadonlySet<ErrorCode> {
    return new Set([...this.#codes, ...(this.#missing().length > 0 ? (['not_found'] as const) : [])])
  }

  /** Says what was left, and how the command ends therefore where nothing else failed. */
  tell(context: Context): ExitCode {
    const { io, options } = context
    tellMissing(context, this.#missing())
    if (!options.json) {
      for (const { path, message } of this.#shown) io.stderr.write(`Left: ${printable(path)}: ${message}\n`)
      const more = this.#refused + this.#unread - this.#shown.length
      if (more > 0) io.stderr.write(`Left: ${formatCount(more)} more, which gantry ls tells\n`)
    }
    return exitCodeOfAll(this.codes())
  }

  #missing(): readonly MissingImages[] {
    return this.#named?.missing() ?? []
  }
}
