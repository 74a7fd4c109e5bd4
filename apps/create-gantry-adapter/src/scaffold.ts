import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { manifestOf } from './manifest.ts'
import type { AdapterNames } from './names.ts'

export interface ScaffoldOptions {
  /** Is made, and must be empty if it is there. */
  readonly folder: string
  readonly names: AdapterNames
}

/** A folder that has something in it already. */
export class FolderInUse extends Error {}

const template = new URL('../template/', import.meta.url)

/** What stands for what in the template, in its files and in their names. The template is code that compiles as it is. */
const placeholders = (names: AdapterNames): readonly (readonly [string, string])[] => [
  ['gantry-my-store', names.package],
  ['my-store', names.scheme],
  ['myStore', names.factory],
  ['MyStore', names.type],
]

/** Writes the package, and gives its files. Nothing is ever written over. */
export async function scaffold({ folder, names }: ScaffoldOptions): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  // What a folder may have that was made for this: a repository.
  const there = (await readdir(folder)).filter((name) => name !== '.git')
  if (there.length > 0) {
    throw new FolderInUse(`The folder ${folder} is not empty. Name one that is, or that is not there yet.`)
  }
  const files = await readdir(template, { recursive: true, withFileTypes: true })
  const written: string[] = []
  const write = async (path: string, text: string) => {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text, { flag: 'wx' })
    written.push(path)
  }
  const prefix = new URL('.', template).pathname
  for (const file of files.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name)
    const text = await readFile(path, 'utf8')
    const replace = (from: string) => placeholders(names).reduce((now, [old, next]) => now.replaceAll(old, next), from)
    // npm leaves files of this name out of what it publishes.
    const name = path.slice(decodeURIComponent(prefix).length).replace(/^gitignore$/u, '.gitignore')
    await write(replace(name).replaceAll('tsconfig.template', 'tsconfig'), replace(text))
  }
  await write('package.json', `${JSON.stringify(await manifestOf(names), undefined, 2)}\n`)
  return written.toSorted()
}
