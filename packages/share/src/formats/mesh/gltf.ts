import { GantryError } from '@gantry/core'
import * as z from 'zod'

import { malformed, notSupported } from '../errors.ts'
import type { MeshHeader } from './mesh-header.ts'

/** Longer JSON is not taken in: what makes it long is data within it, which can be put into a buffer. */
export const longestGltf = 64 * 1024 * 1024

const index = z.number().int().nonnegative()
const uris = z.array(z.looseObject({ uri: z.string().optional() })).default([])
const schema = z.looseObject({
  asset: z.looseObject({ version: z.string() }),
  buffers: z.array(z.looseObject({ uri: z.string().optional(), byteLength: z.number() })).default([]),
  images: uris,
  accessors: z
    .array(
      z.looseObject({
        count: index,
        min: z.array(z.number()).optional(),
        max: z.array(z.number()).optional(),
      }),
    )
    .default([]),
  meshes: z
    .array(
      z.looseObject({
        primitives: z.array(
          z.looseObject({
            mode: z.number().optional(),
            indices: index.optional(),
            attributes: z.looseObject({ POSITION: index.optional() }).default({}),
          }),
        ),
      }),
    )
    .default([]),
  nodes: z.array(z.looseObject({})).default([]),
})

export interface Gltf {
  readonly header: Omit<MeshHeader, 'format' | 'encoding'>
  /** Of buffers and images that are files of their own, decoded. */
  readonly files: readonly string[]
  /** Of the first buffer, if it has no address: it is GLB's second chunk. */
  readonly binary: number | undefined
}

/** Makes sense of a glTF document; `undefined` for JSON of another kind, `invalid` for one that contradicts itself. */
export function gltfOf(text: string): Gltf | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const asset = z.looseObject({ asset: z.looseObject({ version: z.string() }) }).safeParse(json)
  if (!asset.success) return undefined
  if (!/^2\.\d+$/u.test(asset.data.asset.version)) throw notSupported('A glTF of another version than 2')
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw malformed('glTF', 'it is not what its schema says')
  const { buffers, images } = parsed.data
  const first = buffers[0]
  return {
    header: headerOf(parsed.data),
    files: [...buffers, ...images].flatMap(({ uri }) => (uri === undefined || isData(uri) ? [] : [decoded(uri)])),
    binary: first !== undefined && first.uri === undefined ? first.byteLength : undefined,
  }
}

function headerOf({ meshes, accessors, nodes }: z.infer<typeof schema>): Gltf['header'] {
  let triangles = 0
  let vertices = 0
  const positions = new Map<number, (typeof accessors)[number]>()
  for (const { mode = 4, indices, attributes } of meshes.flatMap(({ primitives }) => primitives)) {
    const position = attributes.POSITION === undefined ? undefined : accessors[attributes.POSITION]
    if (position === undefined) continue
    const count = indices === undefined ? position.count : (accessors[indices]?.count ?? 0)
    if (mode === 4) triangles += Math.floor(count / 3)
    else if (mode === 5 || mode === 6) triangles += Math.max(0, count - 2)
    positions.set(attributes.POSITION as number, position)
  }
  for (const { count } of positions.values()) vertices += count
  // Where nodes move their meshes about, the accessors' bounds are not the scene's.
  const moved = nodes.some((node) => ['matrix', 'translation', 'rotation', 'scale'].some((name) => name in node))
  const bounds = moved ? undefined : boundsOf([...positions.values()])
  return { triangles, vertices, units: 'm', ...(bounds === undefined ? {} : { bounds }) }
}

function boundsOf(positions: readonly { min?: number[] | undefined; max?: number[] | undefined }[]) {
  const mins = positions.flatMap(({ min }) => (min?.length === 3 ? [min] : []))
  const maxs = positions.flatMap(({ max }) => (max?.length === 3 ? [max] : []))
  if (positions.length === 0 || mins.length < positions.length || maxs.length < positions.length) return undefined
  const along = (vectors: readonly number[][], of: (a: number, b: number) => number) =>
    [0, 1, 2].map((axis) => vectors.map((vector) => vector[axis] as number).reduce((a, b) => of(a, b)))
  return { min: along(mins, Math.min), max: along(maxs, Math.max) }
}

function isData(uri: string): boolean {
  return /^data:/iu.test(uri)
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch (cause) {
    throw new GantryError('invalid', 'Malformed glTF: an address in it is none.', { cause })
  }
}
