import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { dicomwebClient } from '@gantry-tooling/foreign'
import { orthancUnavailable, type RunningOrthanc, startOrthanc } from '@gantry-tooling/servers/vitest'
import { parseIdentity } from '@gantry/dicom'
import { phantom } from '@gantry/testkit/phantom'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { gantryCommand, type GantryLine } from './rig/gantry-command.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

const reason = await orthancUnavailable()
const data = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../shared/data')

describe.skipIf(reason !== undefined)(`gantry copy and Orthanc${reason === undefined ? '' : ` [${reason}]`}`, () => {
  let orthanc: RunningOrthanc
  let place: string
  beforeEach(async () => {
    orthanc = await startOrthanc()
    place = orthanc.root.replace(/^http:/u, 'dicomweb+http:')
  }, 900_000)
  afterEach(async () => await orthanc?.stop())

  test.skipIf(!existsSync(data))('real files of all kinds come back as they were', { timeout: 900_000 }, async () => {
    const [from, back, state] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    const files = await readableFiles()
    for (const [uid, bytes] of files) await writeFile(join(from, `${uid}.dcm`), bytes)
    expect((await gantryCommand(['copy', from, place], state)).code).toBe(0)
    expect((await gantryCommand(['copy', place, back], state)).code).toBe(0)
    expect(await differing(back, files)).toEqual([])
  })

  test('killed and resumed, on the way there and on the way back', { timeout: 900_000 }, async () => {
    const [from, back, state] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    const files = new Map<string, Uint8Array>()
    for await (const { image, bytes } of phantom({ size: 128, slices: 60 })) {
      files.set(image.sopInstanceUID, bytes)
      await mkdir(from, { recursive: true })
      await writeFile(join(from, `${image.sopInstanceUID}.dcm`), bytes)
    }
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0)
    const limit = String(Math.ceil(total / 4))
    const halfWay = (line: GantryLine) => line.type === 'progress' && (line.bytes ?? 0) > total / 2

    const up = await gantryCommand(['copy', from, place, '--bwlimit', limit], state, halfWay)
    expect(up.code).toBe('SIGKILL')
    const upAgain = await gantryCommand(['jobs', 'resume', up.id, '--bwlimit', 'none'], state)
    expect(upAgain.code).toBe(0)
    expect(upAgain.done.filter((path) => up.done.includes(path))).toEqual([])
    expect(await dicomwebClient(orthanc).searchForInstances()).toHaveLength(files.size)

    const down = await gantryCommand(['copy', place, back, '--bwlimit', limit], state, (_, done) => done >= 10)
    expect(down.code).toBe('SIGKILL')
    const downAgain = await gantryCommand(['jobs', 'resume', down.id, '--bwlimit', 'none'], state)
    expect(downAgain.code).toBe(0)
    expect(downAgain.done.filter((path) => down.done.includes(path))).toEqual([])
    expect(await differing(back, files)).toEqual([])
  })
})

/** Each instance once: there are several files of some. */
async function readableFiles(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const path of await filesIn(data)) {
    const bytes = await readFile(path)
    try {
      const { sopInstanceUID } = parseIdentity(bytes)
      if (!files.has(sopInstanceUID)) files.set(sopInstanceUID, bytes)
    } catch {
      // What is no image, or broken on purpose, is for other tests.
    }
  }
  return files
}

/** UIDs of files that are missing or other than they were; and paths of what is there besides. */
async function differing(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
  const found = new Map((await filesIn(folder)).map((path) => [path.split('/').at(-1) ?? path, path]))
  const wrong: string[] = [...found.keys()].filter((name) => !files.has(name))
  for (const [uid, bytes] of files) {
    const path = found.get(uid)
    if (path === undefined || !(await readFile(path)).equals(bytes)) wrong.push(uid)
  }
  return wrong
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}
