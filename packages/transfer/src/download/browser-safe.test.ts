import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const allowed =
  /^(?:\.\/[\w-]+\.ts|\.\.\/(?:check-options|give-up|is-size|persistently|platform\/asked-signal|transform|runner\/(?:is-temporary|part-reader|watchdog|watched-persistently))\.ts|@gantry\/core(?:\/driver|\/side-by-side)?|client-zip)$/u

test('nothing of Node is imported, so that browsers can have it', () => {
  const sources = (folder: string) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => join(folder, file))
  const files = [...sources('.'), ...sources('../transform')]
  expect(files).toContain('index.ts')
  const shared = ['check-options', 'give-up', 'is-size', 'persistently', 'platform/asked-signal', 'transform']
  const running = ['is-temporary', 'part-reader', 'watchdog', 'watched-persistently']
  files.push(...shared.map((file) => `../${file}.ts`), ...running.map((file) => `../runner/${file}.ts`))
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8')
    const imported = [...text.matchAll(/\bfrom '([^']+)'/gu)].map(([, name = '']) => name)
    expect(imported.filter((name) => !allowed.test(name))).toEqual([])
    expect(text).not.toMatch(/\b(?:process|Buffer|require|setImmediate)\b[.(]/u)
  }
})
