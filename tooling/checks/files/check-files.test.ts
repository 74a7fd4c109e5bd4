import { expect, test } from 'vitest'
import { smallWorkspace } from '../fixtures/small-workspace.ts'
import { checkFiles } from './check-files.ts'

test('names in kebab-case, and 300 lines at most', () => {
  const root = smallWorkspace({
    'packages/core/src/one-thing.test.ts': '\n'.repeat(300),
    'packages/core/src/oneThing.ts': '',
    'packages/core/src/long.ts': '\n'.repeat(301),
  })
  expect(checkFiles(root)).toEqual([
    'packages/core/src/long.ts: 301 lines, more than 300',
    'packages/core/src/oneThing.ts: its name is not kebab-case',
  ])
})
