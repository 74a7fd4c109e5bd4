import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { anchorsOf, markdownProblems, siteProblems } from './links.ts'

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

test('anchors are those of GitHub', () => {
  const markdown =
    '# A Store, `Store`: two_faces\n## Errors\n```\n# no heading\n```\n## Errors\n### What’s [here](x.md)?\n'
  expect([...anchorsOf(markdown)]).toEqual(['a-store-store-two_faces', 'errors', 'errors-1', 'whats-here'])
})

test.each([
  ['[b](b.md)', []],
  ['[b](b.md#errors) and [here](#title) and [folder](sub)', []],
  ['`[b](gone.md)` and\n```\n[b](gone.md)\n```\n[site](https://example.org/gone)', []],
  ['text\n[b](gone.md)', ['a.md, line 3: gone.md is not there']],
  ['[b](b.md#gone)', ['a.md, line 2: b.md#gone has no such heading']],
  ['[b](#gone)', ['a.md, line 2: #gone has no such heading']],
  ['[b]: gone.md', ['a.md, line 2: gone.md is not there']],
  ['[up](../..)', ['a.md, line 2: ../.. is outside of the repository']],
])('%j', (text, problems) => {
  const root = folderOf({ 'a.md': `# Title\n${text}\n`, 'b.md': '## Errors\n', 'sub/c.md': '' })
  expect(markdownProblems(root, ['a.md'])).toEqual(problems)
})

test.each([
  ['<a href="sub/b.html#x&amp;y">', []],
  ['<a href="https://example.org/gone"><a href="#top"><h1 id="top">', []],
  ['<a href="sub/"><a href="./sub/">', []],
  ['<a href="gone/">', ['a.html: gone/ is not there']],
  ['<a href="sub/gone.html">', ['a.html: sub/gone.html is not there']],
  ['<script src="gone.js">', ['a.html: gone.js is not there']],
  ['<a href="sub/b.html#gone">', ['a.html: sub/b.html#gone has no such place']],
  ['<a href="#gone">', ['a.html: #gone has no such place']],
])('%s', (html, problems) => {
  expect(
    siteProblems(folderOf({ 'a.html': html, 'sub/b.html': '<h1 id="x&amp;y"></h1>', 'sub/index.html': '' })),
  ).toEqual(problems)
})
