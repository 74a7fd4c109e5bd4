import { readdir, stat } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'
import { writeExport } from './write-export.ts'

test('what was cut is not imported, and no catalogue made of it', { timeout: 120_000 }, async () => {
  await using bench = await Workbench.make()
  await bench.fill('study', 5)
  await bench.gantry(['archive', 'study', 'shelf', '--session', 's', '--no-manifest'])
  expect(await bench.gantry(['catalogue', 'export', 'all.jsonl'])).toMatchObject({ code: 0 })
  const text = await bench.read('all.jsonl')
  const into = ['--catalogue', 'other.db']
  for (const part of [text.slice(0, text.length / 2), text.split('\n').slice(0, 4).join('\n'), text.slice(0, -5), '']) {
    await bench.write('part.jsonl', part)
    expect(await bench.gantry(['catalogue', 'import', 'part.jsonl', ...into])).toMatchObject({ code: 1, stdout: '' })
  }
  expect(await bench.gantry(['catalogue', 'import', 'study', ...into])).toMatchObject({ code: 2 })
  await expect(stat(bench.path('other.db'))).rejects.toMatchObject({ code: 'ENOENT' })
  const old = `{"type":"catalogue","version":1}${text.slice(text.indexOf('\n'), text.lastIndexOf('{'))}`
  await bench.write('old.jsonl', old)
  expect(await bench.gantry(['catalogue', 'import', 'old.jsonl', ...into])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('5 receipts'),
    stderr: expect.stringContaining('older version'),
  })
})

test('an export that cannot be written leaves nothing, and says why', async () => {
  await using bench = await Workbench.make()
  const { signal } = new AbortController()
  const full = async function* () {
    yield 'a line'
    throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })
  }
  await expect(writeExport(bench.path('x.jsonl'), full(), signal)).rejects.toMatchObject({
    code: 'read_only',
    message: expect.stringContaining('space'),
  })
  await expect(writeExport(bench.path('none/x.jsonl'), full(), signal)).rejects.toMatchObject({ code: 'read_only' })
  expect(await readdir(bench.folder)).toEqual([])
})

test('a catalogue that lost all is damaged, and how to go on is said', async () => {
  await using bench = await Workbench.make()
  for (const text of ['', 'no database at all, but a letter'.repeat(50)]) {
    await bench.write('c.db', text)
    for (const what of ['check', 'ls']) {
      const { code, stderr } = await bench.gantry(['catalogue', what, '--catalogue', 'c.db'])
      expect(code).toBe(1)
      expect(stderr).toContain('--from-manifests')
    }
    expect(await bench.read('c.db')).toBe(text)
  }
})
