import { readFile } from 'node:fs/promises'

import type { Registry } from '../registry.ts'
import type { ScratchClone } from '../scratch-clone.ts'

/** What every user of the packages is handed: everything else is in the registry. */
export interface Given {
  readonly root: string
  readonly clone: ScratchClone
  readonly registry: Registry
  /** A folder outside the workspace, of this user alone. */
  readonly folder: string
  /** Folders with the Node that is used, first on the `PATH`. */
  readonly bin: readonly string[]
  readonly signal: AbortSignal
}

/** Versions of what the workspace itself is developed with, so that users get nothing that was never tried. */
export async function versionsOf(root: string): Promise<Readonly<Record<string, string>>> {
  const manifests = ['package.json', 'apps/web/package.json'].map(async (path) => {
    const manifest = JSON.parse(await readFile(`${root}/${path}`, 'utf8')) as Manifest
    return { ...manifest.dependencies, ...manifest.devDependencies }
  })
  return Object.assign({}, ...(await Promise.all(manifests))) as Record<string, string>
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}
