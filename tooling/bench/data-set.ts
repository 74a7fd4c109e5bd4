import { createCipheriv } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import type { Command } from './measure.ts'
import { measure } from './measure.ts'

export interface DataSet {
  readonly name: string
  readonly files: number
  readonly size: number
}

/** A thousand slices, and four long multi-frame files. */
export const slices: DataSet = { name: 'A', files: 1000, size: 512 * 1024 }
export const longFiles: DataSet = { name: 'B', files: 4, size: 512 * 1024 * 1024 }

export function bytesOf({ files, size }: DataSet): number {
  return files * size
}

export function describeSet({ name, files, size }: DataSet): string {
  return `${name} (${files} x ${size / 1024 < 1024 ? `${size / 1024} KiB` : `${size / 2 ** 20} MiB`})`
}

/** Writes the files, incompressible and the same in every run, unless they are there. */
export function makeDataSet(folder: string, set: DataSet): string {
  const path = join(folder, `data-${set.name}`)
  mkdirSync(path, { recursive: true })
  if (readdirSync(path).length === set.files && statSync(join(path, nameOf(0))).size === set.size) return path
  const zeros = Buffer.alloc(1024 * 1024)
  for (let index = 0; index < set.files; index += 1) {
    const key = Buffer.alloc(32, `${set.name}${index}`)
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    const file = openSync(join(path, nameOf(index)), 'w')
    for (let left = set.size; left > 0; left -= zeros.length) {
      writeSync(file, cipher.update(zeros.subarray(0, Math.min(left, zeros.length))))
    }
    closeSync(file)
  }
  return path
}

function nameOf(index: number): string {
  return `image-${String(index).padStart(5, '0')}.dcm`
}

/** Fails unless both folders hold the same bytes; by `diff`, which is none of the contestants. */
export async function refuseUnlessEqual(left: string, right: string): Promise<void> {
  const command: Command = { command: 'diff', args: ['-rq', left, right] }
  await measure(command)
}

let emptied = 0

/**
 * Makes room for the next run. What the last one left is put aside with nothing in it, and goes with the whole folder of
 * the benchmark: ext4 takes no inode that was given up within a minute, and looks through all of those for each new file,
 * so that whoever runs after a thousand files were removed would be measured by that.
 */
export function emptyFolder(path: string): void {
  if (existsSync(path)) {
    const aside = `${path}-${(emptied += 1)}`
    renameSync(path, aside)
    for (const one of readdirSync(aside, { recursive: true, withFileTypes: true })) {
      if (one.isFile()) truncateSync(join(one.parentPath, one.name))
    }
  }
  mkdirSync(path, { recursive: true })
}
