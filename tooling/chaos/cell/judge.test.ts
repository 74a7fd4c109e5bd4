import { expect, test } from 'vitest'

import type { Line, Run } from './command.ts'
import type { Contents } from './files.ts'
import { bytesLost, judge } from './judge.ts'

const contents = (files: Readonly<Record<string, string>>): Contents =>
  new Map(Object.entries(files).map(([path, sha256]) => [path, { sha256, bytes: 10 }]))
const source = contents({ a: '1', b: '2' })
const all = contents({ 'x/a': '1', 'x/b': '2' })

function run(code: number | string, ...lines: Line[]): Run {
  return { code, lines, stderr: '' }
}
function result(phase: string, done: number, skipped = 0, failed = 0): Line {
  const entries = (count: number) => ({ entries: count })
  const progress = { done: entries(done), skipped: entries(skipped), failed: entries(failed), retries: 0 }
  return { type: 'result', phase, progress }
}
const done = (path: string): Line => ({ type: 'entry:done', path })
const failed = (path: string): Line => ({ type: 'entry:error', path })

test('what is true is not held against anyone', () => {
  expect(judge(run(0, done('a'), done('b'), result('completed', 2)), source, all)).toEqual([])
  expect(judge(run(0, done('b'), result('completed', 1, 1)), source, all)).toEqual([])
  expect(judge(run(1, done('a'), failed('b'), result('completed', 1, 0, 1)), source, contents({ a: '1' }))).toEqual([])
  expect(judge(run('SIGKILL', done('a')), source, contents({ a: '1' }))).toEqual([])
  expect(judge(run(1, { type: 'error', message: 'The place cannot be listed.' }), source, contents({}))).toEqual([])
  expect(judge(run(1, result('failed', 0)), source, contents({}))).toEqual([])
})

test.each([
  ['a file told done that is not there', run('SIGKILL', done('a')), contents({})],
  ['a file told done that is there with other bytes', run('SIGKILL', done('a')), contents({ a: '3' })],
  ['bytes that nobody sent', run('SIGKILL'), contents({ a: '1', b: '9' })],
  ['exit code 0, and one is missing', run(0, done('a'), result('completed', 2)), contents({ a: '1' })],
  ['exit code 0, and one was never told', run(0, done('a'), result('completed', 1)), all],
  ['exit code 0, and one has failed', run(0, failed('a'), done('b'), result('completed', 2)), all],
  ['a failure of nothing', run(1, done('a'), done('b'), result('completed', 2)), all],
  ['one that is missing, and was not named', run(1, failed('b'), result('completed', 0, 0, 1)), contents({})],
  [
    'a name that is none of the source',
    run(1, failed('c'), failed('a'), failed('b'), result('completed', 0)),
    contents({}),
  ],
  ['a run that hung', { ...run('SIGKILL', done('a')), hung: true as const }, all],
  ['no result at all', run(1, done('a')), all],
])('%s is held against it', (_, one, arrived) => {
  expect(judge(one, source, arrived)).not.toEqual([])
})

test('what is lost is counted in bytes of the source', () => {
  expect(bytesLost(source, all)).toBe(0)
  expect(bytesLost(source, contents({ z: '2', y: '5' }))).toBe(10)
})
