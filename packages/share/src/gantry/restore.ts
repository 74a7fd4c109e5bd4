import { parseWorkspace, type SerializableWorkspace, type Source, workspaceVersion } from '@gantry/core'

import { filesOf } from '../sources/source-files.ts'
import { Geometry } from '../workspace/geometry.ts'
import { KeptSegmentation } from '../workspace/kept-segmentation.ts'
import { Volume } from '../workspace/volume.ts'
import { Workspace } from '../workspace/workspace.ts'
import type { Context } from './context.ts'

/** A workspace as it was left; nothing of it is read yet, and no registry knows it. */
export function restoreWorkspace(context: Context, serialized: unknown): Workspace {
  const { type: _, id, version: __, volumes, geometries, ...state } = parseWorkspace(serialized)
  return new Workspace(
    id,
    volumes.map((volume) => new Volume(filesOrNone(context, volume.source), volume)),
    geometriesOf(context, geometries),
    state,
  )
}

/** Geometries by themselves, checked as those of a workspace are. */
export function restoreGeometries(context: Context, serialized: readonly unknown[]): Geometry[] {
  const none = { volumes: [], shapes: [], segmentations: [], views: [], tags: {} }
  const all = { type: 'workspace', id: 'geometries', version: workspaceVersion, ...none, geometries: serialized }
  return geometriesOf(context, parseWorkspace(all).geometries)
}

function geometriesOf(context: Context, geometries: SerializableWorkspace['geometries']): Geometry[] {
  return geometries.map((geometry) => new Geometry(filesOrNone(context, geometry.source), geometry))
}

/** Segmentations of a workspace that have a source. */
export function keptSegmentations(context: Context, workspace: Workspace): KeptSegmentation[] {
  return workspace.state.segmentations.flatMap(({ id, source }) =>
    source ? [new KeptSegmentation(workspace, id, source, filesOrNone(context, source))] : [],
  )
}

/** What is on a DICOMweb server stays there: a viewer that speaks it opens it by the source. */
function filesOrNone(context: Context, source: Source | null) {
  return source === null || source.kind === 'dicomweb' ? [] : filesOf(context, source)
}
