import type { z } from 'zod'

/** One call of the API, as data: what the client sends and checks by, and what the OpenAPI description is made of. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From the domain on, with its parameters in braces. */
  readonly path: string
  readonly summary: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Absent: nothing is read of the answer. */
  readonly answer?: z.ZodType
  /** Asked before anybody is logged in. */
  readonly open?: boolean
  /** Asking twice does what asking once does; default: of GET. */
  readonly repeatable?: boolean
}

type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** What an operation is asked with. */
export type ParametersOf<One extends Operation> = ([ParameterOf<One['path']>] extends [never]
  ? unknown
  : { readonly path: Readonly<Record<ParameterOf<One['path']>, string>> }) &
  (One['query'] extends z.ZodObject ? { readonly query: z.input<One['query']> } : unknown) &
  (One['body'] extends z.ZodType ? { readonly body: z.input<One['body']> } : unknown)

export type AnswerOf<One extends Operation> = One['answer'] extends z.ZodType ? z.output<One['answer']> : undefined

/** Keeps the literal types of what is defined. */
export function operation<const One extends Operation>(one: One): One {
  return one
}

/** The address of a call: parameters percent-encoded, lists repeated. */
export function urlOf(
  domain: string,
  { path }: Pick<Operation, 'path'>,
  parameters: { readonly path?: Readonly<Record<string, string>>; readonly query?: Readonly<Record<string, unknown>> },
): string {
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(parameters.path?.[name] ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one))
  }
  const text = query.toString()
  return `${domain}${filled}${text === '' ? '' : `?${text}`}`
}
