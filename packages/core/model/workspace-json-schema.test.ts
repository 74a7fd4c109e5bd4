import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { workspaceJsonSchema } from './workspace-json-schema.ts'

test('the JSON Schema in the package is that of the workspace as it is: pnpm --filter @gantry/core run docs', () => {
  const published = readFileSync(new URL('../workspace.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(published)).toEqual(JSON.parse(workspaceJsonSchema()))
  expect(JSON.parse(published)).toMatchObject({ $id: expect.stringMatching(/^https:.+\/workspace\.schema\.json$/u) })
})
