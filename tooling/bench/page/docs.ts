import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { chartOf } from './chart.ts'
import { type SectionRecord, sectionSchema } from './figure.ts'
import { about, chartName, pageOf } from './write-page.ts'

const root = join(import.meta.dirname, '../../..')

/** Keeps what a section measured instead of what it measured before, and makes page and charts anew. */
export function saveSection(record: SectionRecord, docs = join(root, 'docs')): void {
  const folder = join(docs, 'performance')
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${record.section}-`) && name.endsWith('.svg')) rmSync(join(folder, name))
  }
  writeFileSync(join(folder, `${record.section}.json`), `${JSON.stringify(record, undefined, 2)}\n`)
  record.figures.forEach((figure, index) => {
    writeFileSync(join(docs, chartName(record.section, index)), chartOf(figure))
  })
  const all = Object.keys(about)
  const kept = all.flatMap((section) => {
    const file = join(folder, `${section}.json`)
    return existsSync(file) ? [sectionSchema.parse(JSON.parse(readFileSync(file, 'utf8')))] : []
  })
  const notRun = all.filter((section) => !kept.some((one) => one.section === section))
  const page = join(docs, 'performance.md')
  writeFileSync(page, pageOf(kept, notRun))
  execFileSync(join(root, 'node_modules/.bin/oxfmt'), [page, join(folder, `${record.section}.json`)], { cwd: root })
}
