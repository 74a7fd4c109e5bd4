import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { PackedPackage } from './pack.ts'

/** What a package may weigh: its JavaScript, gzipped, in KiB. Core is in every browser that opens a share. */
const limits: Readonly<Record<string, number>> = { '@gantry/core': 47 }

export function sizeProblems({ name, folder }: PackedPackage): string[] {
  const limit = limits[name]
  if (limit === undefined) return []
  const files = globSync('dist/**/*.js', { cwd: folder }).toSorted()
  const size = gzipSync(Buffer.concat(files.map((file) => readFileSync(join(folder, file))))).length / 1024
  return size <= limit ? [] : [`${name}: ${size.toFixed(1)} KiB of gzipped JavaScript, more than ${limit}`]
}
