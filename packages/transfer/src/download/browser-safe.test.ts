import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const allowed =
  /^(?:\.\/[\w-]+\.ts|\.\.\/(?:check-options|give-up|is-size|runner\/part-reader|runner\/slots)\.ts|@gantry\/core|client-zip)$/u

test('nothing of Node is imported, so that browsers can have it', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !file.endsWith('.test.ts'))
  expect(files).toContain('index.ts')
  files.push('../check-options.ts', '../give-up.ts', '../is-size.ts', '../runner/part-reader.ts', '../runner/slots.ts')
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8')
    const imported = [...text.matchAll(/\bfrom '([^']+)'/gu)].map(([, name = '']) => name)
    expect(imported.filter((name) => !allowed.test(name))).toEqual([])
    expect(text).not.toMatch(/\b(?:process|Buffer|require|setImmediate)\b[.(]/u)
  }
})
