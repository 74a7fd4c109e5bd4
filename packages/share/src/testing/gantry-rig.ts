import { collect, Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { memory, MemoryContents } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'

import { bytesInput } from '../formats/input/bytes-input.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { createGantry, type Gantry } from '../gantry/create-gantry.ts'
import type { GantryOptions } from '../gantry/options.ts'
import type { Result } from '../gantry/result.ts'
import { nodePlatform } from '../node/node-platform.ts'
import type { Geometry } from '../workspace/geometry.ts'
import type { Volume } from '../workspace/volume.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { binaryStl } from './formats/mesh-samples.ts'
import { Spy } from './spy.ts'

/** A gantry over a store that counts what is sent to it. */
export class GantryRig {
  readonly contents = new MemoryContents()
  readonly spy: Spy
  readonly store: Store
  readonly gantry: Gantry

  constructor(options: Partial<GantryOptions> = {}, driver?: StoreDriver, url?: string) {
    this.spy = new Spy(driver ?? memory({ contents: this.contents }))
    this.store = new Store(this.spy.driver, { url: url ?? 'memory://objects' })
    this.gantry = this.another(options)
  }

  /** One more instance, which shares the store and nothing else. */
  another(options: Partial<GantryOptions> = {}): Gantry {
    return createGantry({ store: this.store, platform: nodePlatform(), ...options })
  }

  /** Of the objects that the store holds, without shares. */
  async paths(prefix = 'objects'): Promise<string[]> {
    const paths = []
    for await (const { path } of this.store.list({ prefix })) paths.push(path)
    return paths
  }
}

/** The value of a result, or its error thrown. */
export function valueOf<Answer extends Result<unknown>>(result: Answer): Exclude<Answer['value'], undefined> {
  if (result.error !== undefined) throw result.error
  return result.value as Exclude<Answer['value'], undefined>
}

export async function dicomInputs(
  options: { series?: number; slices?: number; seed?: number } = {},
): Promise<FileInput[]> {
  const inputs: FileInput[] = []
  for await (const { path, bytes } of phantom({ size: 16, slices: 3, ...options })) inputs.push(bytesInput(path, bytes))
  return inputs
}

export function stlInput(name = 'meshes/skull.stl', triangles = 2): FileInput {
  return bytesInput(name, binaryStl(triangles))
}

export async function bytesOfFile(input: FileInput | undefined): Promise<Uint8Array> {
  if (input === undefined) throw new TypeError('There is no such file.')
  return await collect(await input.read(), input.size)
}

export async function loadVolumes(gantry: Gantry, inputs: readonly FileInput[]): Promise<Volume[]> {
  return valueOf(await gantry.med.loadFromFiles(inputs))
}

export interface LoadedWorkspace {
  readonly volumes: readonly Volume[]
  readonly geometry: Geometry
  readonly workspace: Workspace
}

/** A workspace of a DICOM series, a mesh, shapes, views, and fields that nothing here knows. */
export async function loadWorkspace(gantry: Gantry, inputs?: readonly FileInput[]): Promise<LoadedWorkspace> {
  const volumes = await loadVolumes(gantry, inputs ?? (await dicomInputs()))
  const [geometry] = valueOf(await gantry.geometry.loadFromFiles([stlInput()]))
  if (geometry === undefined) throw new TypeError('The mesh was not loaded.')
  const options = {
    geometries: [geometry],
    title: 'A case',
    shapes: [{ id: 'shape', kind: 'point', points: [[1, 2, 3]], ours: { kept: true } }],
    views: [{ id: 'view', camera: { zoom: 2 }, window: { center: 40, width: 400 } }],
    tags: { room: '7' },
    future: { field: [1, null, 'x'] },
  } as const
  const workspace = valueOf(
    await gantry.workspace.create(volumes, structuredClone({ ...options, geometries: [] }) as never),
  )
  workspace.add(geometry)
  return { volumes, geometry, workspace }
}
