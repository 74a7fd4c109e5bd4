import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { reportContest } from '../report.ts'
import { chart, chartOf } from './chart.ts'
import { saveSection } from './docs.ts'
import { type Figure, sectionSchema, type SectionRecord } from './figure.ts'
import { notebook } from './notebook.ts'
import { pageOf } from './write-page.ts'

const recorded = sectionSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')))
const [contest, values] = recorded.figures as [Figure, Figure]

test('a contest that is reported is noted with all its runs, once', () => {
  notebook.take()
  const cost = (wall: number) => ({ wall, cpu: 1000, rss: 2 ** 20 })
  const rows = [
    { name: 'cp -r', median: cost(2000), runs: [cost(1000), cost(2000), cost(4000)] },
    { name: 'gantry', median: cost(1000), runs: [cost(900), cost(1000), cost(1100)] },
  ]
  expect(reportContest('a copy', rows, 'cp -r', 2 ** 20)).toContain('0.50x  (0.45-0.55)')
  const { figures } = notebook.take()
  expect(figures).toEqual([{ kind: 'contest', title: 'a copy', anchor: 'cp -r', bytes: 2 ** 20, rows }])
  expect(notebook.take().figures).toEqual([])
})

test('a chart tells all that it shows in words, has both pages, and is the same for the same figures', () => {
  const svg = chartOf(contest)
  expect(svg).toContain('role="img" aria-labelledby="title desc"')
  expect(svg).toContain('<title id="title">folder -&gt; folder, 8 files</title>')
  expect(svg).toMatch(
    /<desc id="desc">wall time, cp -r = 1, lower is better.*cp -r: 1\.00x, 400 ms; gantry: 0\.50x, 200 ms\.<\/desc>/u,
  )
  expect(svg).toContain('prefers-color-scheme:dark')
  expect(svg).toBe(chartOf(structuredClone(contest)))
  const bars = [...svg.matchAll(/<rect class="(own|peer)"[^>]* width="([\d.]+)"/gu)].map(([, who, width]) => [
    who,
    Number(width),
  ])
  expect(bars[0]?.[0]).toBe('peer')
  expect(bars[1]?.[0]).toBe('own')
  expect(Number(bars[0]?.[1]) / Number(bars[1]?.[1])).toBeCloseTo(2, 1)
  expect(svg.match(/class="whisker"/gu)).toHaveLength(2)
  expect(chartOf(values).match(/class="whisker"/gu)).toHaveLength(1)
})

test('what is in a chart is text, whatever it says, and nothing that is no number draws anything', () => {
  const bar = { name: '<b>&"', value: Number.NaN, least: Number.NaN, most: Number.NaN, label: 'none', own: true }
  const svg = chart('a < b', 'x', [bar, { ...bar, value: 0, least: 0, most: 0 }])
  expect(svg).not.toContain('<b>')
  expect(svg).not.toContain('NaN')
  expect(svg).toContain('&lt;b&gt;&amp;&quot;')
})

test('the page has of every figure ratio, least, most, memory, its chart, and whom it was measured against', () => {
  const page = pageOf([recorded], ['fleet'])
  expect(page).toContain('With cp 9.1, rsync 3.2.7.')
  expect(page).toContain('![folder -> folder, 8 files](performance/local-1.svg)')
  expect(page).toContain('| gantry | 0.50x | 0.45x | 0.60x | 200 ms | 300 ms | 96 MiB | 20 |')
  expect(page).toContain('| one | 12 | 10 | 15 | 1.00x |')
  expect(page).toContain('| two | 24 | 24 | 24 | 2.00x |')
  expect(page).toContain('Not run yet: fleet.')
})

test('a section that is run again stands for itself alone: the others keep what they had', () => {
  const docs = mkdtempSync(join(tmpdir(), 'gantry-docs-'))
  onTestFinished(() => rmSync(docs, { recursive: true }))
  const other: SectionRecord = { ...recorded, section: 'headers', figures: [values] }
  saveSection(recorded, docs)
  saveSection(other, docs)
  const before = join(docs, 'before')
  cpSync(join(docs, 'performance'), before, { recursive: true })
  saveSection({ ...recorded, date: '2026-02-03', figures: [contest] }, docs)
  const page = readFileSync(join(docs, 'performance.md'), 'utf8')
  expect(page).toContain('2026-02-03')
  expect(page).toContain('2026-01-02')
  expect(existsSync(join(docs, 'performance/local-2.svg'))).toBe(false)
  for (const name of ['headers.json', 'headers-1.svg', 'local-1.svg']) {
    expect(readFileSync(join(docs, 'performance', name), 'utf8')).toBe(readFileSync(join(before, name), 'utf8'))
  }
  expect(readdirSync(join(docs, 'performance')).toSorted()).toEqual([
    'headers-1.svg',
    'headers.json',
    'local-1.svg',
    'local.json',
  ])
})
