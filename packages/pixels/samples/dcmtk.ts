import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What DCMTK's `tool` makes of a file; `undefined` if it fails. */
export function converted(tool: string, options: readonly string[], file: string): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-pixels-'))
  try {
    const out = join(folder, 'out')
    const { status } = spawnSync(tool, [...options, file, out], { stdio: 'ignore' })
    return status === 0 && existsSync(out) ? readFileSync(out) : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export interface Pnm {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A binary PGM or PPM of 8 bits. */
export function parsePnm(bytes: Buffer): Pnm {
  const [whole = '', width, height] =
    /^P[56]\s(?:#.*\s)*(\d+)\s(\d+)\s255\s/u.exec(bytes.subarray(0, 200).toString('latin1')) ?? []
  return { width: Number(width), height: Number(height), data: bytes.subarray(whole.length) }
}

/** The greatest and the mean difference of values. */
export function difference(ours: ArrayLike<number>, theirs: ArrayLike<number>): { greatest: number; mean: number } {
  if (ours.length !== theirs.length) return { greatest: Infinity, mean: Infinity }
  let [greatest, sum] = [0, 0]
  for (let at = 0; at < ours.length; at += 1) {
    const step = Math.abs((ours[at] as number) - (theirs[at] as number))
    greatest = Math.max(greatest, step)
    sum += step
  }
  return { greatest, mean: ours.length === 0 ? 0 : sum / ours.length }
}
