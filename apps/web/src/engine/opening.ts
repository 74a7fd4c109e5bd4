import { collect, GantryError } from '@gantry/core'
import {
  type FileInput,
  type Gantry,
  type Geometry,
  type LoadProblem,
  type LoadResult,
  type Volume,
} from '@gantry/share'

import { itemOf } from './items.ts'
import type { Item, Opened } from './model.ts'
import type { CallContext } from './rpc.ts'
import type { Segmentations } from './segmentation/segmentations.ts'
import type { WhoseImages } from './whose.ts'

/** The handles of what is open, by id. */
export type Handles = Map<string, Volume | Geometry>

/** What is opened with, and what remembers it. */
export interface Opening {
  readonly gantry: Gantry
  readonly handles: Handles
  readonly segmentations: Segmentations
  readonly whose: WhoseImages
}

/** Everything in the files, volumes first; a file that is wrong is told, and the rest is opened. */
export async function openInputs(
  { gantry, handles, segmentations, whose }: Opening,
  inputs: readonly FileInput[],
  { signal, progress }: CallContext,
): Promise<Opened> {
  const settings = { signal, onProgress: progress }
  const volumes = await gantry.med.loadFromFiles(inputs, settings)
  stopIf(volumes)
  const meshes = await gantry.geometry.loadFromFiles(meshesAmong(inputs, volumes), { signal })
  stopIf(meshes)
  const items: Item[] = []
  for (const volume of volumes.value ?? []) {
    items.push({ ...keep(handles, volume, 'volume'), ...(await whose.of(volume, signal)) })
  }
  items.push(...(meshes.value ?? []).map((mesh) => keep(handles, mesh, 'mesh')))
  const used = new Set(items.flatMap(({ files }) => files.map(({ name }) => name)))
  const problems = new Map<string, LoadProblem>()
  for (const problem of [...(volumes.problems ?? []), ...(meshes.problems ?? [])]) {
    if (!used.has(problem.name)) problems.set(problem.name, problem)
  }
  const rest = inputs.filter(({ name }) => !used.has(name) && !problems.has(name))
  const found = await segmentations.find(rest, signal)
  const others = Math.max(0, inputs.length - used.size - problems.size - found.length)
  return {
    items,
    problems: [...problems.values()],
    others: inputs.some(isZip) ? 0 : others,
    ...(found.length > 0 && { segmentations: found }),
  }
}

export function keep(handles: Handles, handle: Volume | Geometry, kind: 'volume' | 'mesh') {
  handles.set(handle.id, handle)
  return itemOf(handle, kind)
}

/** All bytes of a file of an item. */
export async function readFile(
  { handles, whose }: Opening,
  id: string,
  index: number,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const item = handles.get(id)
  const file = item?.files[index]
  if (item === undefined || file === undefined) throw new GantryError('not_found', 'That is not open any more.')
  const bytes = await collect(await file.input.read(undefined, { signal }), file.size)
  whose.seen(item, bytes)
  return bytes.buffer.byteLength === bytes.length ? (bytes.buffer as ArrayBuffer) : bytes.slice().buffer
}

/** What may hold meshes: looking at a thousand slices a second time would find none. */
function meshesAmong(inputs: readonly FileInput[], volumes: LoadResult<Volume>): readonly FileInput[] {
  const used = new Set((volumes.value ?? []).flatMap(({ files }) => files.map(({ name }) => name)))
  return inputs.filter(({ name }) => !used.has(name))
}

function isZip({ name }: FileInput): boolean {
  return name.toLowerCase().endsWith('.zip')
}

function stopIf({ error }: { readonly error?: GantryError | undefined }): void {
  if (error?.code === 'cancelled') throw error
}
