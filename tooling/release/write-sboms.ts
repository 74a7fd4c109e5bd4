import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { publishedPackages } from '@gantry-tooling/checks/packages'
import { readWorkspace } from '@gantry-tooling/checks/workspace'

import { run } from './run.ts'

export interface Sbom {
  readonly name: string
  readonly components: number
}

/**
 * Writes for each published package which others, with versions, licences and digests, it is made of: a file of CycloneDX
 * 1.7 each, by pnpm itself, from what is installed here. Throws where one of them does not hold what it must.
 */
export async function writeSboms(root: string, folder: string, signal: AbortSignal): Promise<Sbom[]> {
  const packages = publishedPackages(readWorkspace(root))
  await mkdir(folder, { recursive: true })
  const filters = packages.flatMap(({ name }) => ['--filter', name])
  const out = join(resolve(folder), '%s-%v.cdx.json')
  const format = ['--sbom-format', 'cyclonedx', '--prod', '--split']
  await run('pnpm', ['sbom', ...format, ...filters, '--out', out], { cwd: root, signal })
  const files = await readdir(folder)
  const read = files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as CycloneDx)
  const written = new Map((await Promise.all(read)).map((sbom) => [nameOf(sbom.metadata.component), sbom]))
  return packages.map(({ name, manifest }) => {
    const sbom = written.get(name)
    if (sbom?.bomFormat !== 'CycloneDX') throw new Error(`there is no bill of materials of ${name}`)
    const listed = new Set(sbom.components.map(nameOf))
    const missing = Object.keys({ ...manifest.dependencies }).filter((each) => !listed.has(each))
    if (missing.length > 0) throw new Error(`the bill of materials of ${name} leaves out ${missing.join(', ')}`)
    return { name, components: sbom.components.length }
  })
}

interface Component {
  readonly group?: string
  readonly name: string
}

interface CycloneDx {
  readonly bomFormat?: string
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
}

function nameOf({ group, name }: Component): string {
  return group === undefined ? name : `${group}/${name}`
}
