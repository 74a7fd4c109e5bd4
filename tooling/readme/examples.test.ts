import { expect, test } from 'vitest'
import { examplesOf, fragmentsOf } from './examples.ts'

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

test('a fragment is compiled after what is said to be given right before it', () => {
  const given = '<!-- given\ndeclare const a: number\ndeclare const b: string\n-->\n\n'
  const fragment = '```ts fragment\nf(a, b)\n```\n'
  expect(fragmentsOf(`${given}${fragment}\n${fragment}`)).toEqual([
    { line: 7, code: 'declare const a: number\ndeclare const b: string\nf(a, b)' },
    { line: 11, code: 'f(a, b)' },
  ])
  expect(fragmentsOf(`${given}text\n\n${fragment}`)).toEqual([{ line: 9, code: 'f(a, b)' }])
})
