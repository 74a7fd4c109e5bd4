import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { PackedPackage } from './pack.ts'

/**
 * What each package for browsers may weigh: its JavaScript, gzipped, in KiB. Core is in every browser that opens a share, and has
 * hardly any room; the others have a tenth or so, since a page takes what it imports of them.
 */
const limits: Readonly<Record<string, number>> = {
  '@gantry/age': 7,
  '@gantry/browser': 14,
  '@gantry/cod': 54,
  '@gantry/core': 54,
  '@gantry/deidentify': 36,
  '@gantry/dicom': 90,
  '@gantry/dicomweb': 43,
  '@gantry/google': 20,
  '@gantry/http': 18,
  '@gantry/hub-store': 13,
  '@gantry/memory': 7,
  '@gantry/pixels': 26,
  '@gantry/serve': 40,
  '@gantry/share': 70,
  '@gantry/transfer': 79,
}

export function sizeProblems({ name, folder }: PackedPackage): string[] {
  const limit = limits[name]
  if (limit === undefined) return []
  const files = globSync('dist/**/*.js', { cwd: folder }).toSorted()
  const size = gzipSync(Buffer.concat(files.map((file) => readFileSync(join(folder, file))))).length / 1024
  return size <= limit ? [] : [`${name}: ${size.toFixed(1)} KiB of gzipped JavaScript, more than ${limit}`]
}

/** What the web page may load before anything is opened, gzipped, in KB: its scripts and styles, and its worker. */
const firstLoad = 350

export function firstLoadProblems(root: string): string[] {
  if (!existsSync(join(root, 'apps/web'))) return []
  const dist = join(root, 'apps/web/dist')
  if (!existsSync(join(dist, 'index.html'))) return ['apps/web: there is no build whose size could be told']
  const files = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(join(dist, file), 'utf8')
    for (const [, first, second] of text.matchAll(
      file === 'index.html' ? /(?:src|href)="\/([^"]+)"/gu : staticImport,
    )) {
      const found = first ?? second ?? ''
      visit(found.startsWith('assets/') || found === 'icon.svg' ? found : `assets/${found}`)
    }
  }
  visit('index.html')
  const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) / 1000
  return size <= firstLoad ? [] : [`apps/web: the first load is ${size.toFixed(0)} KB gzipped, more than ${firstLoad}`]
}

/** What a built script imports at once, and the worker that it starts; not what it imports when it is needed. */
const staticImport = /(?:\bfrom|^import|[;}]import)\s*["'`]\.\/([^"'`]+\.js)["'`]|\/assets\/(worker-[^"'`]+\.js)/gu
