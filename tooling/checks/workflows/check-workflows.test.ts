import { expect, test } from 'vitest'
import { smallWorkspace } from '../fixtures/small-workspace.ts'
import { checkWorkflows } from './check-workflows.ts'

const good = `
on: push
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@1af3b93b6815bc44a9784bd300feb67ff0d1eeb3 # v6.0.0
      - run: npm run check
`

function problemsOf(workflow: string): string[] {
  return checkWorkflows(
    smallWorkspace({
      'package.json': '{ "name": "small", "private": true, "scripts": { "check": "true" } }',
      '.github/workflows/ci.yml': workflow,
    }),
  )
}

test('a workflow that can run', () => {
  expect(problemsOf(good)).toEqual([])
})

test.each([
  [good.replace('    runs-on', '   runs-on'), 'line \\d+: '],
  [good.replace('npm run check', 'npm run chekc'), 'test: there is no script chekc'],
  [good.replace('npm run check', '.ci/gone'), 'test: there is no file .ci/gone'],
  [good.replace(/@.*/u, '@v6'), 'test: actions/checkout@v6 names no commit'],
  [good.replace('permissions: { contents: read }', ''), 'does not say its permissions'],
  [good.replace('on: push', ''), 'does not say when it runs'],
  [good.replace('actions/checkout@', 'changesets/action@'), 'test: publishes without id-token: write'],
  ['', 'has no jobs'],
])('%#', (workflow, problem) => {
  expect(problemsOf(workflow)).toContainEqual(expect.stringMatching(problem))
})
