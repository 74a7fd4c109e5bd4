import * as z from 'zod'

import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { studyFields } from './study-schemas.ts'

const jwt = 'X-JWT'
const csrf = 'X-CSRF-TOKEN'

/** The API as this package uses it, as an OpenAPI 3.1 document: made of what the client itself goes by. */
export function igtOpenApi(): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, one] of Object.entries<Operation>(operations)) {
    const path = (paths[one.path] ??= {})
    path[one.method.toLowerCase()] = describe(name, one)
  }
  const studies = Object.entries(studyFields).map(([name, fields]) => [
    name,
    jsonSchema(z.looseObject({ studyType: z.literal(name), ...fields })),
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'IGT cloud, as Gantry uses it', version: '1' },
    paths,
    components: {
      schemas: Object.fromEntries(studies),
      securitySchemes: {
        jwt: { type: 'apiKey', in: 'header', name: jwt },
        csrf: { type: 'apiKey', in: 'header', name: csrf },
      },
    },
  }
}

function describe(operationId: string, one: Operation): unknown {
  const names = [...one.path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name)
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  const inQuery = Object.entries<z.ZodType>(one.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: jsonSchema(schema),
  }))
  const content = (schema: z.ZodType) => ({ 'application/json': { schema: jsonSchema(schema) } })
  return {
    operationId,
    summary: one.summary,
    ...(one.open !== true && { security: [{ jwt: [], csrf: [] }] }),
    parameters: [...inPath, ...inQuery],
    ...(one.body !== undefined && { requestBody: { required: true, content: content(one.body) } }),
    responses: {
      '2XX': { description: 'Done.', ...(one.answer !== undefined && { content: content(one.answer) }) },
      '4XX': { description: 'Refused, with a message.' },
    },
  }
}

function jsonSchema(schema: z.ZodType): unknown {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any' })
  return rest
}
