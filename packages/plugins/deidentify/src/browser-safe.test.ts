import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const allowed = /^(?:\.{1,2}\/[\w./-]+\.ts|@gantry\/(?:core|dicom)|@noble\/hashes\/\w+\.js|fflate)$/u

test('nothing of Node is imported, so that browsers can have it', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => {
    return file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing')
  })
  expect(files).toContain('index.ts')
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8')
    // Types leave nothing behind; pixels come when they are needed.
    const imported = [...text.matchAll(/^(?:import|export) (?!type\b)[^']*\bfrom '([^']+)'/gmu)].map(
      ([, name = '']) => name,
    )
    expect(imported.filter((name) => !allowed.test(name))).toEqual([])
    expect(text).not.toMatch(/\b(?:process|Buffer|require|setImmediate)\b[.(]/u)
  }
})
