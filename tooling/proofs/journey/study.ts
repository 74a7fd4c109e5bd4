import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { phantom } from '@gantry/testkit/phantom'

/** Real images, where there are any: `GANTRY_DATA`, else `../shared/data` beside the checkout. */
const realData = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
const realSeries = join(realData, 'dicom/series/mr-fmri-ge-150')
export const hasRealSeries = existsSync(realSeries)

/** A mesh whose bytes are found nowhere else. */
export function makeStl(triangles = 300): Buffer {
  const stl = Buffer.alloc(84 + 50 * triangles)
  stl.write('quellmalz left lung', 0)
  stl.writeUInt32LE(triangles, 80)
  for (let index = 0; index < triangles; index += 1) {
    for (let value = 0; value < 12; value += 1) {
      stl.writeFloatLE(Math.sin(index * 12 + value) * 100, 84 + index * 50 + value * 4)
    }
  }
  return stl
}

/** A phantom's series and a mesh, in folders that are named after a patient. */
export async function writeStudy(folder: string): Promise<void> {
  await mkdir(join(folder, 'quellmalz^annegret'), { recursive: true })
  for await (const { path, bytes } of phantom({ size: 96, slices: 12, seed: 77 })) {
    await writeFile(join(folder, 'quellmalz^annegret', path.replaceAll('/', '-')), bytes)
  }
  await writeFile(join(folder, 'quellmalz^annegret', 'left-lung-segmented.stl'), makeStl())
}

/** The same with a series of a real scanner. */
export async function writeRealStudy(folder: string): Promise<void> {
  await writeStudy(folder)
  const target = join(folder, 'scanner')
  await mkdir(target)
  for (const name of (await readdir(realSeries)).filter((one) => one.endsWith('.dcm'))) {
    await cp(join(realSeries, name), join(target, `real-series-${name}`))
  }
}

/** All files below a folder, by their paths in it. */
export async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('/.gantry')) continue
    const path = join(entry.parentPath, entry.name)
    files.set(path.slice(folder.length + 1), await readFile(path))
  }
  return files
}
