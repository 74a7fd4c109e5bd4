import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Example, examplesOf } from '@gantry-tooling/readme/examples'

import type { ScratchClone } from '../scratch-clone.ts'

/** What the README of a package tells its reader to install, and to run. */
export interface Readme {
  readonly name: string
  /** A folder's name for it. */
  readonly slug: string
  readonly installs: readonly string[]
  readonly examples: readonly Example[]
}

export async function readmesOf({ folder, packages }: ScratchClone): Promise<Readme[]> {
  return await Promise.all(
    packages.map(async ({ name, folder: own }) => {
      const markdown = await readFile(join(folder, own, 'README.md'), 'utf8')
      const slug = name.replace('@', '').replace('/', '-')
      return { name, slug, installs: installsOf(markdown), examples: examplesOf(markdown) }
    }),
  )
}

/** The packages that its first `npm install` names. */
function installsOf(markdown: string): string[] {
  const [, line = ''] = /^npm install (.*)$/mu.exec(markdown) ?? []
  const [words = ''] = line.split('#')
  return words.split(/\s+/u).filter((word) => word !== '' && !word.startsWith('-'))
}

/** Writes the examples where they are run, and gives their names. */
export async function writeExamples(folder: string, { examples }: Readme): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const files = examples.map(({ line, code }) => ({ file: `line-${line}.ts`, code }))
  await Promise.all(files.map(async ({ file, code }) => await writeFile(join(folder, file), `${code}\n`)))
  return files.map(({ file }) => file)
}

/** Compiled as strictly as a user may do it, the declarations of the packages included. */
export const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
}
