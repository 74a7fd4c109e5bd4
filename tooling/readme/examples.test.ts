import { expect, test } from 'vitest'
import { examplesOf } from './examples.ts'

test('ts blocks are examples, with the line that they begin at', () => {
  const markdown = '# Title\n\n```ts\nconst a = 1\n\nconsole.log(a)\n```\n\ntext\n\n```ts\nb()\n```\n'
  expect(examplesOf(markdown)).toEqual([
    { line: 4, code: 'const a = 1\n\nconsole.log(a)' },
    { line: 12, code: 'b()' },
  ])
})

test.each(['ts fragment', 'sh', 'js', 'tsx', 'text', ''])('blocks marked "%s" are not', (info) => {
  expect(examplesOf(`\`\`\`${info}\na()\n\`\`\`\n`)).toEqual([])
})

test('a block within a longer fence is text', () => {
  expect(examplesOf('````md\n```ts\na()\n```\n````\n\n```ts\nb()\n```\n')).toEqual([{ line: 8, code: 'b()' }])
})
