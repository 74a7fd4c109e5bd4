import type { WorkspaceVolume } from '@gantry/core'

import type { VolumeDescription } from '../formats/description.ts'
import { Loaded } from './loaded.ts'

/** A volume: files that were loaded, and how it is looked at: window, colormap, opacity, transform. */
export class Volume extends Loaded<WorkspaceVolume, VolumeDescription> {
  get modality(): string | undefined {
    return this.kept.modality
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
