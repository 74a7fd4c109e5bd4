import * as z from 'zod'

type Plain = string | number | boolean

/** As much of a JSON schema as says what may be written. */
interface Shape {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly Plain[]
  readonly const?: Plain
  readonly anyOf?: readonly Shape[]
  readonly items?: Shape
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: Plain | readonly Plain[]
}

/** What may be written for an option of a store, in words; `undefined` for what only a program can give. */
export function valuesOf(field: z.core.$ZodType): string | undefined {
  const shape = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' }) as Shape
  const values = inWords(shape)
  if (values === undefined) return undefined
  const { default: usual } = shape
  return usual === undefined
    ? values
    : `${values}; default: ${typeof usual === 'object' ? usual.join(',') || 'none' : usual}`
}

function inWords(shape: Shape): string | undefined {
  if (shape.const !== undefined) return String(shape.const)
  if (shape.enum !== undefined) return shape.enum.join(', ')
  if (shape.anyOf !== undefined) {
    const each = shape.anyOf.map(inWords).filter((words) => words !== undefined)
    return each.length === 0 ? undefined : [...new Set(each)].join(', or ')
  }
  switch (shape.type) {
    case 'boolean':
      return 'true, false'
    case 'integer':
    case 'number':
      return `a number${rangeOf(shape)}`
    case 'array':
      return listOf(shape.items ?? {})
    case 'string':
      return shape.format === 'uri' ? 'a URL' : 'text'
    case 'object':
      return 'an object of JSON'
    default:
      return undefined
  }
}

function listOf(items: Shape): string | undefined {
  const each = inWords(items)
  return each === undefined ? undefined : each === 'text' ? 'A,B,...' : `some of ${each}, as A,B`
}

function rangeOf({ minimum, maximum }: Shape): string {
  const from = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? from : `${from} to ${maximum}`
}
