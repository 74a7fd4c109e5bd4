import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { z } from 'zod'

import { backends, withoutServer } from '../backends/index.ts'
import { matrixOf } from '../matrix.ts'
import { type ChaosRecord, chaosRecordSchema, type SoakRecord, soakRecordSchema } from './record.ts'
import { writeReport } from './write-report.ts'

const root = join(import.meta.dirname, '../../..')
const docs = join(root, 'docs')

export function readChaos(): ChaosRecord | undefined {
  return read('chaos.json', chaosRecordSchema)
}

export function saveChaos(chaos: ChaosRecord): void {
  save('chaos.json', chaos)
  rewrite()
}

export function saveSoak(soak: SoakRecord): void {
  save('soak.json', soak)
  rewrite()
}

/** Makes the page anew from what is recorded. */
function rewrite(): void {
  const { excused } = matrixOf(backends)
  const page = writeReport({ chaos: readChaos(), excused, withoutServer, soak: read('soak.json', soakRecordSchema) })
  const files = ['reliability.md', 'reliability/chaos.json', 'reliability/soak.json'].map((name) => join(docs, name))
  writeFileSync(join(docs, 'reliability.md'), page)
  execFileSync(
    join(root, 'node_modules/.bin/oxfmt'),
    files.filter((file) => existsSync(file)),
  )
  console.log('Written: docs/reliability.md')
}

function read<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> | undefined {
  const file = join(docs, 'reliability', name)
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

function save(name: string, record: unknown): void {
  mkdirSync(join(docs, 'reliability'), { recursive: true })
  writeFileSync(join(docs, 'reliability', name), `${JSON.stringify(record, undefined, 2)}\n`)
}
