import { cutOff, malformed, notSupported } from '../errors.ts'
import type { MeshHeader } from './mesh-header.ts'
import { spaceOf } from './text-start.ts'

const scalarLengths: ReadonlyMap<string, number> = new Map([
  ...['char', 'uchar', 'int8', 'uint8'].map((type) => [type, 1] as const),
  ...['short', 'ushort', 'int16', 'uint16'].map((type) => [type, 2] as const),
  ...['int', 'uint', 'int32', 'uint32', 'float', 'float32'].map((type) => [type, 4] as const),
  ...['double', 'float64'].map((type) => [type, 8] as const),
])

interface Element {
  readonly name: string
  readonly count: number
  /** Bytes of one in a binary file, at least: lists may be empty. */
  least: number
}

/** The header of a PLY file, from its first bytes; `integrity` where the file has no room for what it promises. */
export function plyOf(bytes: Uint8Array, size: number): MeshHeader | undefined {
  const text = new TextDecoder('latin1').decode(bytes)
  if (!/^ply[ \t]*\r?\n/u.test(text)) return undefined
  const end = /^end_header[ \t]*(?:\r?\n|\r)/mu.exec(text)
  if (end === null) throw size > bytes.length ? malformed('PLY', 'its header is too long') : cutOff('PLY')
  const lines = text.slice(0, end.index).split(/\r?\n|\r/u)
  const format = lines.map((line) => /^format\s+(\S+)\s+1\.0\s*$/u.exec(line)?.[1]).find((found) => found !== undefined)
  if (format === undefined || !/^(?:ascii|binary_little_endian|binary_big_endian)$/u.test(format)) {
    throw notSupported('A PLY of another version')
  }
  const elements = elementsOf(lines)
  const count = (name: string) => elements.find((element) => element.name === name)?.count
  const encoding = format === 'ascii' ? 'ascii' : 'binary'
  // Of text, every element is a line: a digit and its end at least.
  const least = elements.reduce((sum, element) => sum + element.count * (encoding === 'ascii' ? 2 : element.least), 0)
  if (end.index + end[0].length + least > size + (encoding === 'ascii' ? 1 : 0)) throw cutOff('PLY')
  const vertices = count('vertex')
  if (vertices === undefined) throw malformed('PLY', 'it has no vertices')
  const triangles = count('face')
  return {
    format: 'ply',
    encoding,
    vertices,
    ...(triangles === undefined ? {} : { triangles }),
    ...spaceOf(text.slice(0, end.index)),
  }
}

function elementsOf(lines: readonly string[]): Element[] {
  const elements: Element[] = []
  for (const line of lines.slice(1)) {
    const [word, ...rest] = line.trim().split(/\s+/u)
    if (word === 'element') {
      const [name = '', digits = ''] = rest
      if (!/^\d{1,10}$/u.test(digits)) throw malformed('PLY', 'an element has no count')
      elements.push({ name, count: Number(digits), least: 0 })
    } else if (word === 'property') {
      const [type = '', countType = ''] = rest
      const length = scalarLengths.get(type === 'list' ? countType : type)
      const element = elements.at(-1)
      if (length === undefined || element === undefined) throw malformed('PLY', 'a property has no type')
      element.least += length
    } else if (word !== 'format' && word !== 'comment' && word !== 'obj_info' && word !== '') {
      throw malformed('PLY', 'a line of its header is none that is defined')
    }
  }
  return elements
}
