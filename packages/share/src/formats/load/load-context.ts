import { GantryError, type Signal } from '@gantry/core'

import type { SourceFile } from '../description.ts'
import { besideOf } from '../input/beside.ts'
import type { FileInput } from '../input/file-input.ts'

/** The files of one load, and which of them were taken by another one as its data. */
export class LoadContext {
  readonly signal: Signal | undefined
  readonly #inputs: ReadonlyMap<string, FileInput>
  readonly #taken = new Set<string>()

  constructor(inputs: readonly FileInput[], signal: Signal | undefined) {
    this.#inputs = new Map(inputs.map((input) => [input.name, input]))
    this.signal = signal
  }

  isTaken({ name }: FileInput): boolean {
    return this.#taken.has(name)
  }

  /** The file that another one refers to; `not_found` where it was not given, `invalid` where it lies outside. */
  beside({ name }: FileInput, reference: string): FileInput {
    const found = this.find(besideOf(name, reference))
    if (found === undefined) throw new GantryError('not_found', 'A file that it refers to is missing: give it too.')
    return found
  }

  find(name: string): FileInput | undefined {
    return this.#inputs.get(name)
  }

  /** Of what is described now: these files are no volumes of their own. */
  take(files: readonly FileInput[]): readonly SourceFile[] {
    for (const { name } of files) this.#taken.add(name)
    return files.map(sourceOf)
  }
}

export function sourceOf(input: FileInput): SourceFile {
  return { name: input.name, size: input.size, input }
}
