import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

/** Of a test; one that runs beside others has its own in its context. */
export type OnFinished = (work: () => void | Promise<void>) => void

/** A folder that is gone when the test is over. */
export function temporaryFolder(onFinished: OnFinished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-transfer-'))
  onFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Paths of all files below it, hidden ones too, relative and sorted. */
export function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
