import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../corpus')

/** Inputs that were once wrong, and are tried first: in the repository, by target. */
export function corpusOf(target: string): Uint8Array[] {
  const own = join(folder, target)
  if (!existsSync(own)) return []
  return readdirSync(own)
    .toSorted()
    .map((name) => Uint8Array.from(readFileSync(join(own, name))))
}

/** Keeps an input under the name of its digest; answers where. */
export function keep(where: string, target: string, input: Uint8Array): string {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16)
  mkdirSync(join(where, target), { recursive: true })
  const file = join(where, target, name)
  writeFileSync(file, input)
  return file
}
