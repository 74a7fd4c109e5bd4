import { copyFile, rm, writeFile } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

const env = { GANTRY_ARCHIVE_PASSPHRASE: 'correct horse', GANTRY_PASSPHRASE: 'correct horse' }

/** Two studies of two images each in an archive of CARs, and the name of a small file of the archive. */
async function archived(bench: Workbench, folder: string) {
  await writePhantom(bench.path('source'), { size: 32, slices: 2, studies: 2 })
  const url = `car+file://${bench.path('archive')}`
  expect(await bench.gantry(['archive', 'source', url, '--session', 's', '--no-manifest'], { env })).toMatchObject({
    code: 0,
  })
  const [name = ''] = await bench.files(`archive/${folder}`)
  return { url, file: bench.path(`archive/${folder}/${name}`), name: `${folder}/${name}` }
}

test('an audit without the passphrase says so once, asks where someone sits there, and counts nothing as looked at', async () => {
  await using bench = await Workbench.make()
  const { url } = await archived(bench, 'units')
  await bench.write('open/a.txt', 'a')
  expect(await bench.gantry(['archive', 'open', 'shelf', '--no-manifest'])).toMatchObject({ code: 0 })
  const closed = await bench.gantry(['audit', '--sweep'])
  expect(closed).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^Audited 1 entry .*; 4 entries could not be/u),
  })
  expect(closed.stderr.match(/GANTRY_ARCHIVE_PASSPHRASE or GANTRY_ARCHIVE_KEY_FILE/gu)).toHaveLength(1)
  expect((await bench.gantry(['audit', '--sweep', '--json'])).json).toMatchObject([
    { type: 'closed', location: url, code: 'unauthenticated' },
    { type: 'result', audited: 1, closed: 4, findings: 0, exit: 3 },
  ])
  expect(await bench.gantry(['ls', url])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('GANTRY_ARCHIVE_PASSPHRASE'),
  })
  const asked = await bench.gantry(['audit', '--sweep'], { terminal: 100, secrets: ['correct horse'] })
  expect(asked).toMatchObject({ code: 0, questions: ['Passphrase of the archive'] })
  expect(asked.stdout).toContain('Audited 5 entries')
  expect(await bench.gantry(['audit'], { terminal: 100 })).toMatchObject({ code: 130, stdout: '' })
  await bench.writePrivate('p.txt', 'correct horse\n')
  expect(await bench.gantry(['audit', '--passphrase-file', 'p.txt'])).toMatchObject({ code: 0 })
}, 240_000)

describe('an archive of which a small file is', { timeout: 240_000 }, () => {
  test('damaged: what it held is told of by its name, everything else is there', async () => {
    await using bench = await Workbench.make()
    const { url, file, name } = await archived(bench, 'units')
    await copyFile(file, bench.path('backup'))
    await writeFile(file, '{"half')

    const listed = await bench.gantry(['ls', url, '--json'], { env })
    expect(listed).toMatchObject({ code: 1, stderr: expect.stringContaining(`./${name}`) })
    expect(listed.json.at(-1)).toMatchObject({ entries: 2, refused: 1 })
    const copied = await bench.gantry(['copy', url, 'back'], { env })
    expect(copied).toMatchObject({ code: 1, stdout: expect.stringContaining(`./${name}`) })
    expect(await bench.files('back')).toHaveLength(2)

    const audited = await bench.gantry(['audit', '--sweep'], { env })
    expect(audited).toMatchObject({ code: 1, stdout: expect.stringContaining('2 findings') })
    expect(audited.stdout.match(/cannot be read \(integrity\)/gu)).toHaveLength(2)
    expect(audited.stdout).not.toContain('other bytes')
    expect(await bench.gantry(['restore', 's', 'restored'], { env })).toMatchObject({ code: 1 })
    expect(await bench.files('restored')).toHaveLength(2)

    const removed = await bench.gantry(['rm', url, '--yes'], { env })
    expect(removed).toMatchObject({ code: 1, stdout: 'Removed 2 entries\n', stderr: expect.stringContaining(name) })
    await copyFile(bench.path('backup'), file)
    expect((await bench.gantry(['ls', url, '--json'], { env })).json.at(-1)).toMatchObject({ entries: 2, refused: 0 })
  })

  test('damaged: who serves it is told, and so is who copies from there, who gets everything else', async () => {
    await using bench = await Workbench.make()
    const { url, file } = await archived(bench, 'units')
    await writeFile(file, '{"half')
    let text = ''
    let copying: Promise<unknown> | undefined
    const served = await bench.gantry(['serve', url, '--port', '0'], {
      env,
      watch(more, interrupt) {
        text += more
        const root = /DICOMweb http([^\s"]+)/u.exec(text)?.[1]
        if (copying !== undefined || root === undefined || !text.includes('warning')) return
        const copied = bench.gantry(['copy', `dicomweb+http${root}`, 'back'], { env })
        copying = copied.finally(() => interrupt('signal'))
      },
    })
    expect(served.code).toBe(0)
    expect(served.stderr).toContain('1 folders or records that could not be looked into')
    expect(served.stderr.match(/warning: not all of the store could be read/gu)).toHaveLength(1)
    expect(await copying).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('could not read all that it keeps'),
    })
    expect(await bench.files('back')).toHaveLength(2)
  })

  test('not there: its key is missed, and not taken for destroyed', async () => {
    await using bench = await Workbench.make()
    const { url, file, name } = await archived(bench, 'keys')
    await rm(file)
    const copied = await bench.gantry(['copy', url, 'back'], { env })
    expect(copied).toMatchObject({ code: 1, stdout: expect.stringContaining(`./${name}`) })
    expect(await bench.files('back')).toHaveLength(2)
  })
})
