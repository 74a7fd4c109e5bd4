import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { transferStates } from './transfer-states.ts'

test('the page of the docs shows the machine as it is: pnpm --filter @gantry/core run docs', () => {
  const page = readFileSync(new URL('../../../docs/transfer-states.md', import.meta.url), 'utf8')
  expect(page).toBe(transferStates())
})
