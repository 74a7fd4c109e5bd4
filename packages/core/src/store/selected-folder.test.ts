import { describe, expect, test } from 'vitest'

import { mayHold } from './selected-folder.ts'

describe('a folder may hold what is selected', () => {
  test.for([
    ['a', {}, true],
    ['a', { exclude: ['a/**'] }, false],
    ['a/b', { exclude: ['a/**'] }, false],
    ['b/a', { exclude: ['a/**'] }, true],
    ['b/a', { exclude: ['**/a/**'] }, false],
    ['ab', { exclude: ['a/**'] }, true],
    ['b', { exclude: ['{a,b}/**'] }, false],
    ['a', { exclude: ['**'] }, false],
    // What is called so, and not what is below: of this, something could be left over.
    ['a', { exclude: ['a', 'a/*', 'a/[!b]**', '*', '**/*.dcm'] }, true],
    ['a', { include: ['a/**'] }, true],
    ['b', { include: ['a/**'] }, false],
    ['a/b', { include: ['a/b/c/*.dcm'] }, true],
    ['a/c', { include: ['a/b/c/*.dcm'] }, false],
    ['b', { include: ['{a,b}/**'] }, true],
    ['b', { include: ['*.dcm'] }, true],
    ['b', { include: ['**/x/*.dcm'] }, true],
    ['b', { include: ['a/**', 'b/c'] }, true],
    ['b', { extensions: ['dcm'], modalities: ['CT'] }, true],
  ] as const)('%s of %j: %s', ([folder, { ...selection }, expected]) => {
    expect(mayHold(structuredClone(selection) as Parameters<typeof mayHold>[0])(folder)).toBe(expected)
  })
})
