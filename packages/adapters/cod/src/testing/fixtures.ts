import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, Store } from '@gantry/core'
import { memory } from '@gantry/memory'

import { watched, type Watched } from './watched.ts'

/** Trees and files that others wrote; not part of the repository. */
export const data = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../../../shared/data')
export const samples = join(data, 'cod/cloud_optimized_dicom')
export const noFixtures = !existsSync(join(data, 'cod/generated')) && `there is no ${data}/cod`

/** A copy of a reference tree, in memory. */
export async function fixtureStore(version: 'v1.0' | 'v2.0'): Promise<Watched> {
  const root = join(data, 'cod/generated', version, 'dicomweb')
  const opened = watched(memory())
  for (const file of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    const bytes = readFileSync(path)
    await opened.store.write({ path: path.slice(root.length + 1), size: bytes.length }, bytesOf(bytes))
  }
  opened.reset()
  return opened
}

/** `modified` where that is not now: milliseconds since the epoch. */
export async function put(store: Store, path: string, bytes: Uint8Array, modified?: number): Promise<void> {
  await store.write({ path, size: bytes.length, ...(modified !== undefined && { modified }) }, bytesOf(bytes))
}

export const twoHours = 2 * 60 * 60 * 1000

export const ultrasound = {
  study: '1.2.826.0.1.3680043.8.498.77805869330689203045629680212005263354',
  series: '1.2.826.0.1.3680043.8.498.53683297893086086544068651189614355506',
}
export const nativeFrames = {
  study: '1.2.276.0.50.192168001092.11156604.14547392.4',
  series: '1.2.276.0.50.192168001092.11156604.14547392.303',
}
export const compressedFrames = {
  study: '1.2.826.0.1.3680043.8.498.37278880041796061302608419423096622085',
  series: '1.2.826.0.1.3680043.8.498.72874773948394988823340009057876386044',
}
