import { newInstance as newOBJReader } from '@kitware/vtk.js/IO/Misc/OBJReader.js'
import { newInstance as newPLYReader } from '@kitware/vtk.js/IO/Geometry/PLYReader.js'
import { newInstance as newSTLReader } from '@kitware/vtk.js/IO/Geometry/STLReader.js'
import { newInstance as newActor } from '@kitware/vtk.js/Rendering/Core/Actor.js'
import type { vtkDataSet } from '@kitware/vtk.js/Common/DataModel/DataSet.js'
import type { vtkPolyData } from '@kitware/vtk.js/Common/DataModel/PolyData.js'
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper.js'
import type { Types } from '@cornerstonejs/core'

import type { Item } from '../engine/model.ts'

/** Bone first: most meshes that travel with images are of that. */
const colours = [
  [0.91, 0.84, 0.7],
  [0.36, 0.72, 0.92],
  [0.93, 0.5, 0.45],
  [0.55, 0.83, 0.55],
] as const

interface Reader {
  getOutputData(): vtkPolyData & Pick<vtkDataSet, 'getCellData'>
}

/** A mesh to be added to a scene; coordinates are the file's own, LPS as everything here. */
function actorOf(format: string, bytes: ArrayBuffer, index: number): ReturnType<typeof newActor> {
  // oxlint-disable-next-line import/no-named-as-default-member -- the named one has the types of the base class
  const mapper = vtkMapper.newInstance()
  const surface = readerOf(format, bytes).getOutputData()
  // Normals of many STL files are zero, by which all is black: without them, each triangle has its own.
  surface.getCellData().removeAllArrays()
  mapper.setInputData(surface)
  // Else the colour below is not looked at.
  mapper.setScalarVisibility(false)
  const actor = newActor()
  actor.setMapper(mapper)
  const [red, green, blue] = colours[index % colours.length] ?? colours[0]
  actor.getProperty().setColor(red, green, blue)
  actor.getProperty().setAmbient(0.2)
  actor.getProperty().setDiffuse(0.8)
  actor.getProperty().setSpecular(0.15)
  return actor
}

function readerOf(format: string, bytes: ArrayBuffer): Reader {
  if (format === 'stl') {
    const reader = newSTLReader()
    reader.parseAsArrayBuffer(bytes)
    return reader as unknown as Reader
  }
  if (format === 'ply') {
    const reader = newPLYReader()
    reader.parseAsArrayBuffer(bytes)
    return reader as unknown as Reader
  }
  if (format === 'obj') {
    const reader = newOBJReader()
    reader.parseAsText(new TextDecoder().decode(bytes))
    return reader as unknown as Reader
  }
  throw new TypeError('There is no reader for that.')
}

/** Adds meshes to a scene. */
export async function addMeshes(
  viewport: Types.IVolumeViewport,
  meshes: readonly Item[],
  read: (mesh: Item) => PromiseLike<ArrayBuffer>,
): Promise<void> {
  for (const [index, mesh] of meshes.entries()) {
    const actor = actorOf(mesh.format, await read(mesh), index)
    viewport.addActor({ uid: `mesh-${mesh.id}`, actor: actor as never })
  }
}
