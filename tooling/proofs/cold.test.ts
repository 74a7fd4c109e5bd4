import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { filesIn, hasRealSeries, writeRealStudy, writeStudy } from './journey/study.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

const bin = fileURLToPath(new URL('../../apps/cli/bin/gantry.js', import.meta.url))

interface Line {
  readonly [key: string]: unknown
}

/** The command in processes of its own, with the passphrase and a state folder alone. */
function commandIn(folder: string) {
  const env = { ...process.env, GANTRY_STATE: join(folder, 'state'), GANTRY_PASSPHRASE: 'correct horse battery staple' }
  return async (...args: string[]) => {
    const child = spawn(process.execPath, [bin, ...args, '--json'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve))
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
    return { code, stderr, json: lines.map((line) => JSON.parse(line) as Line) }
  }
}

/** Names, times and bytes of all files of a folder. */
async function marksOf(folder: string): Promise<unknown[]> {
  const files = await filesIn(folder)
  return await Promise.all(
    [...files].map(async ([path, bytes]) => [path, (await stat(join(folder, path))).mtimeMs, bytes]),
  )
}

/** The phantom's journey again, which takes a minute more. */
const extra = process.env['GANTRY_TEST_EXTRA'] !== undefined

const studies = [
  { name: 'a phantom', write: writeStudy, skip: false },
  { name: 'a series of a real scanner [extra]', write: writeRealStudy, skip: !extra || !hasRealSeries },
]

for (const { name, write, skip } of studies) {
  test.skipIf(skip)(
    `${name} is archived in CARs, found again by the passphrase alone, audited, mended and shredded`,
    { timeout: 900_000 },
    async () => {
      const folder = temporaryFolder()
      const [study, shelf, copy, state] = ['study', 'shelf', 'copy', 'state'].map((one) => join(folder, one)) as [
        string,
        string,
        string,
        string,
      ]
      const gantry = commandIn(folder)
      await mkdir(study)
      await write(study)
      // An archive of studies has no place for what is none.
      await rm(join(study, 'quellmalz^annegret/left-lung-segmented.stl'))
      const before = await filesIn(study)
      const archive = `car+file://${shelf}`

      expect(await gantry('archive', 'study', archive)).toMatchObject({ code: 0 })
      const marks = await marksOf(shelf)
      const again = await gantry('archive', 'study', archive)
      expect(again.json).toContainEqual(expect.objectContaining({ type: 'archive', sent: 0, known: before.size }))
      expect(again.json.at(-1)).toMatchObject({ type: 'result', progress: { done: { entries: 0, bytes: 0 } } })
      expect(await marksOf(shelf)).toEqual(marks)

      await cp(shelf, copy, { recursive: true })
      for (const lost of [study, state]) await rm(lost, { recursive: true })
      const { json: listed } = await gantry('ls', archive)
      const roots = new Set(listed.flatMap(({ version }) => (typeof version === 'string' ? version.split('/', 1) : [])))
      for (const root of roots) {
        expect(await gantry('restore', root, 'study', '--from-manifests', archive)).toMatchObject({ code: 0 })
      }
      expect(await filesIn(study)).toEqual(before)
      const { json: known } = await gantry('catalogue', 'ls')
      const uids = known.filter(({ type }) => type === 'study').map(({ uid }) => String(uid))
      expect(uids).toHaveLength(roots.size)
      await rm(study, { recursive: true })
      for (const uid of uids) expect(await gantry('restore', uid, 'study')).toMatchObject({ code: 0 })
      expect(await filesIn(study)).toEqual(before)

      expect(await gantry('audit', '--sweep')).toMatchObject({ code: 0 })
      for (const kind of ['shards', 'indexes']) {
        const [blob = ''] = await readdir(join(shelf, kind))
        const bytes = await readFile(join(shelf, kind, blob))
        const good = Buffer.from(bytes)
        const middle = bytes.length >> 1
        bytes[middle] = (bytes[middle] ?? 0) ^ 16
        await writeFile(join(shelf, kind, blob), bytes)
        const found = await gantry('audit', '--sweep')
        expect(found.code).toBe(1)
        expect(found.json.filter(({ type }) => type === 'finding')).not.toEqual([])
        const mended = await gantry('audit', '--sweep', '--repair-from', copy)
        expect(mended.json).toContainEqual(expect.objectContaining({ type: 'mended', mended: true }))
        expect(mended.code).toBe(0)
        expect((await readFile(join(shelf, kind, blob))).equals(good)).toBe(true)
      }

      const [uid = ''] = uids
      expect(await gantry('shred', archive, uid, '--yes')).toMatchObject({ code: 0 })
      const refused = await gantry('restore', uid, 'after')
      expect(refused).toMatchObject({ code: 1 })
      expect(JSON.stringify(refused)).toContain('key was destroyed')
      const { json: events } = await gantry('catalogue', 'ls', '--events')
      expect(events).toContainEqual(expect.objectContaining({ kind: 'shredded', target: uid }))
    },
  )
}
