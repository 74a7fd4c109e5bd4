import { expect, test } from 'vitest'
import { smallWorkspace } from '../fixtures/small-workspace.ts'
import { checkTypes } from './check-types.ts'

const config = (options: object = {}) => JSON.stringify({ compilerOptions: { rootDir: '../..', ...options } })

function typesOf(files: Record<string, string>) {
  return checkTypes(
    smallWorkspace({
      'tsconfig.base.json': JSON.stringify({
        compilerOptions: { target: 'es2024', lib: ['es2024'], types: [], module: 'nodenext', strict: true },
      }),
      'packages/core/tsconfig.json': config(),
      ...files,
    }),
  )
}

test('types that hold, of packages with other options each', async () => {
  const held = await typesOf({
    'packages/page/tsconfig.json': config({ lib: ['es2024', 'dom'] }),
    'packages/page/src/page.ts': 'export const title: string = document.title\n',
  })
  expect(held).toEqual({ ok: true, output: '\n' })
})

test.each([
  ['in a source', { 'packages/core/src/wrong.ts': "export const wrong: number = 'one'\n" }, 'core/src/wrong.ts(1,14)'],
  ['in a test', { 'packages/core/src/a.test.ts': "export const wrong: number = 'one'\n" }, 'core/src/a.test.ts(1,14)'],
  [
    'of a name that another program has',
    { 'packages/core/src/wrong.ts': 'document.title\n' },
    "Cannot find name 'document'",
  ],
  ['in the last program', { 'tooling/page/src/wrong.ts': 'document.titel\n' }, "'titel' does not exist"],
])('an error %s', async (_, files, message) => {
  const found = await typesOf({
    'tooling/page/tsconfig.json': config({ lib: ['es2024', 'dom'] }),
    'tooling/page/src/page.ts': '',
    ...files,
  })
  expect(found.ok).toBe(false)
  expect(found.output).toContain(message)
})
