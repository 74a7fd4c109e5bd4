import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)

/** What Debian's `age` makes of a file, with an identity that is in a file too. */
export async function ageDecrypts(file: Uint8Array, identity: string): Promise<Buffer> {
  const folder = temporaryFolder()
  const [from, key] = [join(folder, 'object.age'), join(folder, 'key.txt')]
  await writeFile(from, file)
  await writeFile(key, `${identity}\n`)
  return (await run('age', ['-d', '-i', key, from], { encoding: 'buffer', maxBuffer: 2 ** 28 })).stdout
}

/** A fresh identity of Debian's own, and the bytes encrypted to it. */
export async function ageEncrypts(bytes: Uint8Array): Promise<{ file: Buffer; identity: string }> {
  const folder = temporaryFolder()
  const [from, to] = [join(folder, 'plain'), join(folder, 'object.age')]
  await writeFile(from, bytes)
  const { stdout } = await run('age-keygen')
  const [recipient = ''] = /age1\w+/u.exec(stdout) ?? []
  await run('age', ['-r', recipient, '-o', to, from])
  return { file: await readFile(to), identity: /^AGE-SECRET-KEY-1\w+$/mu.exec(stdout)?.[0] ?? '' }
}
