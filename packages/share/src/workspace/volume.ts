import type { Source, WorkspaceVolume } from '@gantry/core'

import type { SourceFile, VolumeDescription } from '../formats/description.ts'
import type { Loaded } from './loaded.ts'

/** A volume: files that were loaded, and how it is looked at. */
export class Volume implements Loaded {
  readonly id: string
  readonly files: readonly SourceFile[]
  /** What the headers say; `undefined` of a volume that was restored, until `describe` has read them. */
  description: VolumeDescription | undefined
  source: Source | undefined
  #state: WorkspaceVolume

  constructor(files: readonly SourceFile[], state: WorkspaceVolume, description?: VolumeDescription) {
    this.id = state.id
    this.files = files
    this.description = description
    this.source = state.source ?? undefined
    this.#state = state
  }

  get name(): string {
    return this.#state.name ?? ''
  }

  get modality(): string | undefined {
    return this.#state.modality
  }

  /** How it is looked at: window, colormap, opacity, transform and whatever else was set. */
  get state(): Omit<WorkspaceVolume, 'source'> {
    const { source: _, ...state } = this.#state
    return state
  }

  update(change: Partial<Omit<WorkspaceVolume, 'id' | 'source'>>): void {
    this.#state = { ...this.#state, ...change }
  }

  /** As a workspace keeps it; `null` goes without the image. */
  serialize(source: Source | null): WorkspaceVolume {
    return { ...this.#state, source }
  }
}

/** A volume that was just loaded. The transform that its own headers tell is not the workspace's business. */
export function volumeOf(description: VolumeDescription): Volume {
  const { id, name, modality, format, window, frameOfReferenceUID, entries } = description
  const state: WorkspaceVolume = {
    id,
    source: null,
    name,
    format,
    ...(modality !== undefined && { modality }),
    ...(window !== undefined && { window: { center: window.level, width: window.width } }),
    ...(frameOfReferenceUID !== undefined && { frameOfReferenceUID }),
  }
  return new Volume(entries, state, description)
}

export function isVolume(item: unknown): item is Volume {
  return item instanceof Volume
}
