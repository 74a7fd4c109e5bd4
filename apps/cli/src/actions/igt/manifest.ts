import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

import { GantryError, type Store } from '@gantry/core'
import { type Journal, nodeHashing } from '@gantry/transfer'

/** SHA-256 in lower case hexadecimals, by path. */
export type Manifest = ReadonlyMap<string, string>

/** Reads a list as `sha256sum` writes it: 64 hexadecimals, two characters, a path; names with line ends are escaped. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GantryError('not_found', 'The manifest cannot be read.', { path, cause })
  })
  const files = new Map<string, string>()
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line === '') continue
    const [, escaped, digest = '', name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/iu.exec(line) ?? []
    if (name === undefined) throw malformed(path, `line ${index + 1} is not a SHA-256, two spaces and a path`)
    const file = escaped === '\\' ? name.replaceAll(/\\([\\nr])/gu, (_, one: string) => unescaped[one] ?? '') : name
    const sha256 = digest.toLowerCase()
    if ((files.get(file) ?? sha256) !== sha256) throw malformed(path, `line ${index + 1} contradicts an earlier one`)
    files.set(file, sha256)
  }
  if (files.size === 0) throw malformed(path, 'it lists nothing')
  return files
}

/** What tells the transfers of two manifests apart. */
export function digestOfManifest(manifest: Manifest): string {
  const lines = [...manifest].map(([name, sha256]) => lineOf(name, sha256)).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/**
 * All that a job has moved, or found to be there, in the form of `sha256sum`, so that it checks a download by itself. What was
 * not moved is read in the folder of this machine.
 */
export async function manifestOf(journal: Journal, local: LocalSide): Promise<string> {
  const lines: string[] = []
  for await (const { target, digests } of journal.receipts()) {
    if (digests?.sha256 !== undefined) lines.push(lineOf(target, digests.sha256))
  }
  for await (const { source, target } of journal.same()) {
    lines.push(lineOf(target, await digestOf(local.store, local.isSource ? source.path : target)))
  }
  return lines.sort().join('')
}

export async function writeManifest(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new GantryError('read_only', 'All is done, but the manifest cannot be written.', { path, cause })
  })
}

/** The one of both stores that is a folder. */
export interface LocalSide {
  readonly store: Store
  readonly isSource: boolean
}

async function digestOf(store: Store, path: string): Promise<string> {
  // Loaded only where there is a manifest.
  const { sha256At } = await import('@gantry/catalogue')
  const { signal } = new AbortController()
  return (await sha256At(store, path, { hashing: nodeHashing, signal })).sha256
}

const unescaped: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' }

function lineOf(name: string, sha256: string): string {
  if (!/[\\\n\r]/u.test(name)) return `${sha256}  ${name}\n`
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `\\${sha256}  ${escaped}\n`
}

function malformed(path: string, what: string): GantryError {
  return new GantryError('invalid', `The manifest is malformed: ${what}.`, { path })
}
