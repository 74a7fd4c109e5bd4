import { expect, test } from 'vitest'
import { readmeProblems } from './readme-form.ts'

const good = `# @gantry/core

What it is, in a sentence.

\`\`\`sh
npm install @gantry/core
\`\`\`

\`\`\`ts
// ## Options are no heading here

console.log(1)
\`\`\`

## Use

More about it.

## Options

| option | meaning |
| ------ | ------- |
| \`a\`    | b       |

## Errors

None.

## More

Guide: [a guide](../../docs/guides/a.md). Licence: [Apache-2.0](../../LICENSE).
`

test('a README of the common form', () => {
  expect(readmeProblems(good, '@gantry/core')).toEqual([])
})

test.each([
  [good.replace('# @gantry/core', '# Core'), 'must begin with "# @gantry/core"'],
  [good.replace('What it is, in a sentence.\n\n', ''), 'must say in a sentence what it is, below its title'],
  [good.replace('npm install @gantry/core', 'npm install'), 'must say how it is installed'],
  [good.replace('```ts', '```text'), 'must have an example before its first section'],
  [good.replace('about it.\n\n## Options', 'about it.\n\n## Settings'), 'must have one section "Options"'],
  [good.replace('| ', '- ').replaceAll('|', ''), 'must have a table in "Options"'],
  [good.replace('## Use', '## Errors'), 'must have one section "Errors"'],
  [good.replace('None.\n', ''), 'must say in "Errors" which there are'],
  [good.replace('## Errors', '## Then').replace('## Use', '## Errors'), '"Errors" and "More" at the end'],
  [good.replace('docs/guides', 'docs'), 'must lead on from "More" to a guide'],
])('%#', (markdown, problem) => {
  expect(readmeProblems(markdown, '@gantry/core')).toContainEqual(expect.stringContaining(problem))
})
