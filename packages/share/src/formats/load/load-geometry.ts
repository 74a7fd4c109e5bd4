import type { GeometryDescription, GeometryFormat } from '../description.ts'
import { cutOff, malformed } from '../errors.ts'
import type { FileInput } from '../input/file-input.ts'
import { readBytes } from '../input/read-bytes.ts'
import { glbOf } from '../mesh/glb.ts'
import { type Gltf, gltfOf, longestGltf } from '../mesh/gltf.ts'
import type { MeshHeader } from '../mesh/mesh-header.ts'
import { textStart } from '../mesh/text-start.ts'
import { baseName } from './base-name.ts'
import type { LoadContext } from './load-context.ts'

export type UnnamedGeometry = Omit<GeometryDescription, 'id'>

/** A geometry and what it refers to: buffers and images of glTF are needed, materials of OBJ only dress it. */
export async function loadGeometry(
  input: FileInput,
  format: GeometryFormat,
  header: MeshHeader,
  context: LoadContext,
): Promise<UnnamedGeometry> {
  const { name } = input
  if (format === 'obj') {
    const files = await materialsOf(input, context)
    return { ...header, name: baseName(name), entries: context.take([input, ...files]) }
  }
  if (format !== 'gltf' && format !== 'glb') {
    return { ...header, name: baseName(name), entries: context.take([input]) }
  }
  const document = await documentOf(input, format, context)
  const files = [...new Set(document.files)].map((file) => context.beside(input, file))
  return { ...header, ...document.header, name: baseName(name), entries: context.take([input, ...files]) }
}

async function documentOf(input: FileInput, format: 'gltf' | 'glb', { signal }: LoadContext): Promise<Gltf> {
  const read = (start: number, end: number) => readBytes(input, start, end, signal)
  const chunks = format === 'glb' ? await glbOf(read, input.size) : { jsonStart: 0, jsonLength: input.size }
  const { jsonStart, jsonLength } = chunks
  if (jsonLength > longestGltf) throw malformed('glTF', 'its JSON is too long: put the data into a buffer of its own')
  const document = gltfOf(new TextDecoder().decode(await read(jsonStart, jsonStart + jsonLength)))
  if (document === undefined) throw malformed('glTF', 'its JSON is none')
  // The chunk may be up to three bytes longer than its buffer (glTF 2.0, 3.6.1.2).
  const { binary = 0 } = 'binary' in chunks ? chunks : {}
  if (document.binary !== undefined && document.binary > binary) throw cutOff('glTF')
  return document
}

/** The material libraries that its first lines name, as far as they were given, and their images. */
async function materialsOf(input: FileInput, context: LoadContext): Promise<readonly FileInput[]> {
  const first = await textOf(input, context)
  const named = [...first.matchAll(/^[ \t]*mtllib[ \t]+(.+?)[ \t]*\r?$/gmu)].map(([, name = '']) => name)
  const libraries = present(input, named, context)
  const images: FileInput[] = []
  for (const library of libraries) {
    const text = await textOf(library, context)
    const maps = [
      ...text.matchAll(/^[ \t]*(?:map_\w+|bump|disp|decal|norm|refl)[ \t]+(?:.*[ \t])?(\S+?)[ \t]*\r?$/gimu),
    ]
    images.push(
      ...present(
        library,
        maps.map(([, name = '']) => name),
        context,
      ),
    )
  }
  return [...new Set([...libraries, ...images])]
}

async function textOf(input: FileInput, { signal }: LoadContext): Promise<string> {
  return textStart(await readBytes(input, 0, 64 * 1024, signal)) ?? ''
}

/** What is not there, or lies outside of what was given, is left out: the shape is whole without it. */
function present(input: FileInput, names: readonly string[], context: LoadContext): FileInput[] {
  return [...new Set(names)].flatMap((name) => {
    try {
      return [context.beside(input, name)]
    } catch {
      return []
    }
  })
}
