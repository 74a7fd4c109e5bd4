import type { Source } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { Workspace } from './workspace.ts'

/** A segmentation of a workspace as something that has bytes for others; nothing but its source can be changed by it. */
export class KeptSegmentation {
  readonly id: string
  readonly files: readonly SourceFile[]
  readonly #workspace: Workspace
  #source: Source

  constructor(workspace: Workspace, id: string, source: Source, files: readonly SourceFile[]) {
    this.id = id
    this.files = files
    this.#workspace = workspace
    this.#source = source
  }

  get source(): Source {
    return this.#source
  }

  set source(source: Source) {
    if (source === this.#source) return
    this.#source = source
    const { segmentations } = this.#workspace.state
    this.#workspace.update({
      segmentations: segmentations.map((one) => (one.id === this.id ? { ...one, source } : one)),
    })
  }
}
