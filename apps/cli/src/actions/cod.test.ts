import { readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'

import { cod } from '@gantry/cod'
import { bytesOf, Store, toCall } from '@gantry/core'
import { fs } from '@gantry/fs'
import { phantom, type PhantomFile, writePhantom } from '@gantry/testkit/phantom'
import { createJobSpec } from '@gantry/transfer'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { openJobFolder } from '../state-folder.ts'

/** A COD tree of one series in `archive`. */
async function archived(bench: Workbench) {
  const files: PhantomFile[] = []
  for await (const file of phantom({ size: 32, slices: 4 })) files.push(file)
  const driver = cod(new Store(fs({ root: bench.path('archive') })))
  const entries = files.map(({ bytes, image: { studyInstanceUID, seriesInstanceUID, sopInstanceUID } }) => ({
    path: `studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}.dcm`,
    size: bytes.length,
  }))
  const parcel = await driver.parcels?.store?.({ entries, save: async () => {} }, toCall())
  for (const [index, entry] of entries.entries()) {
    await parcel?.add(entry, bytesOf(files[index]?.bytes ?? new Uint8Array(0)), toCall())
  }
  await parcel?.commit(toCall())
  const { studyInstanceUID: study, seriesInstanceUID: series } = files[0]?.image ?? {
    studyInstanceUID: '',
    seriesInstanceUID: '',
  }
  return { files, entries, study, series, folder: `archive/studies/${study}/series/${series}` }
}

describe('cod', { timeout: 120_000 }, () => {
  test('copies from it, whichever way the URL is written', async () => {
    await using bench = await Workbench.make()
    const { files, entries, study } = await archived(bench)
    const url = `cod+file://${bench.path('archive')}`
    expect(await bench.gantry(['copy', url, 'all'])).toMatchObject({ code: 0 })
    for (const [index, { path }] of entries.entries()) {
      expect((await readFile(bench.path('all', path))).equals(files[index]?.bytes ?? new Uint8Array(0))).toBe(true)
    }
    await bench.write('gantry.config.json', JSON.stringify({ remotes: { archive: { url } } }))
    expect(await bench.gantry(['copy', 'archive:', 'some', '--study', study])).toMatchObject({ code: 0 })
    expect(await bench.files('some')).toHaveLength(4)
    expect((await bench.gantry(['ls', url, '--json'])).json.filter(({ type }) => type === 'entry')).toHaveLength(4)
  })

  test('copies into it, by series, and what is no image fails alone', async () => {
    await using bench = await Workbench.make()
    const files = await writePhantom(bench.path('study'), { size: 32, slices: 4, series: 2 })
    const url = `cod+file://${bench.path('tree')}`
    expect(await bench.gantry(['copy', 'study', url])).toMatchObject({ code: 0 })
    expect((await bench.files('tree')).filter((path) => path.endsWith('.tar'))).toHaveLength(2)
    expect(await bench.gantry(['cod', 'check', 'tree'])).toMatchObject({ code: 0 })
    await bench.write('study/readme.txt', 'no image')
    const again = await bench.gantry(['copy', 'study', url, '--json'])
    expect(again.code).toBe(1)
    expect(again.json.at(-1)).toMatchObject({
      progress: { skipped: { entries: files.length }, failed: { entries: 1 } },
    })
  })

  test('a series that cannot be read fails the copy, and the others come', async () => {
    await using bench = await Workbench.make()
    await archived(bench)
    await bench.write('archive/studies/1.2.3.4.5.6/series/1.2.3.4.5.7.tar', 'half a tar')
    expect(await bench.gantry(['copy', `cod+file://${bench.path('archive')}`, 'all'])).toMatchObject({ code: 1 })
    expect(await bench.files('all')).toHaveLength(4)
  })

  test('a series whose writer died fails the copy; one at which a writer may be at work is told', async () => {
    await using bench = await Workbench.make()
    const { study, series, folder } = await archived(bench)
    const url = `cod+file://${bench.path('archive')}`
    await rm(bench.path(folder, 'metadata.json'))
    await bench.write(`${folder}/.gradient.lock`, 'a lock')
    const young = await bench.gantry(['copy', url, 'young'])
    expect(young).toMatchObject({ code: 0, stderr: expect.stringContaining(`${study}/${series}: being written`) })
    await utimes(bench.path(folder, '.gradient.lock'), 0, 0)
    const old = await bench.gantry(['copy', url, 'old'])
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('its writer died') })
    expect(await bench.gantry(['verify', url, 'young'])).toMatchObject({ code: 1 })
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({ code: 1 })
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series, '--break-lock'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['copy', url, 'old'])).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining(series),
    })
  })

  test('a series that an interrupted job has locked: a job of other words says which one that may be', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 32, slices: 4 })
    const { entries, folder } = await archived(bench)
    await rm(bench.path('archive'), { recursive: true })
    const url = `cod+file://${bench.path('archive')}`
    const journal = openJobFolder(bench.env).create(createJobSpec({ from: `file://${bench.path('other')}`, to: url }))
    const { id } = journal.spec
    const save = async (saved: string) => await journal.record({ type: 'saved', parcel: 'series', saved })
    await new Store(cod(new Store(fs({ root: bench.path('archive') })))).parcels?.open({ entries, save })
    await journal.record({ type: 'phase', phase: 'running' })
    await journal.close()
    // So old that it is not waited for.
    await utimes(bench.path(folder, '.gradient.lock'), 0, 0)
    const locked = await bench.gantry(['copy', 'study', url])
    expect(locked).toMatchObject({ code: 1, stdout: expect.stringContaining('has had the lock of the series for ') })
    expect(locked.stdout).toContain(`  ${id}: gantry jobs resume ${id}, or gantry jobs cancel ${id}\n`)
    expect(await bench.gantry(['jobs', 'cancel', id])).toMatchObject({ code: 0 })
    expect((await bench.gantry(['copy', 'study', url])).code).toBe(0)
  })

  test('a lock and an error.log beside sound metadata are told once, and the series comes', async () => {
    await using bench = await Workbench.make()
    const { study, series, folder } = await archived(bench)
    const url = `cod+file://${bench.path('archive')}`
    await bench.write(`${folder}/.gradient.lock`, 'a lock')
    await bench.write(`${folder}/error.log`, 'what went wrong')
    for (const argv of [
      ['copy', url, 'all'],
      ['ls', url],
      ['stat', url],
      ['verify', url, 'all'],
    ]) {
      const { code, stderr } = await bench.gantry(argv)
      expect(code).toBe(0)
      const told = stderr.split('\n').filter((line) => line.startsWith(`To be looked at: ${study}/${series}: `))
      expect(told).toHaveLength(2)
    }
    const { json, stderr } = await bench.gantry(['copy', url, 'again', '--json'])
    expect(json.filter(({ type }) => type === 'trouble')).toMatchObject([
      { place: url, study, series, kind: 'locked', message: expect.any(String) },
      { kind: 'error-log' },
    ])
    expect(json.at(-1)).toMatchObject({ type: 'result', exit: 0 })
    expect(stderr).toBe('')
    expect(await bench.gantry(['ls', url, '--quiet'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('a series of no instances is none: it is copied from, and added to', async () => {
    await using bench = await Workbench.make()
    const { study, series, files, folder } = await archived(bench)
    await rm(bench.path(`${folder}.tar`))
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/all 4 recorded instances are lost.*gantry cod repair --force/su),
    })
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series, '--force'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({ code: 0 })
    const url = `cod+file://${bench.path('archive')}`
    expect(await bench.gantry(['copy', url, 'none'])).toMatchObject({ code: 0 })
    for (const [index, { bytes }] of files.entries()) await bench.write(`study/${index}.dcm`, bytes)
    expect(await bench.gantry(['copy', 'study', url])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({ code: 0 })
  })

  test('where there is nothing to check that fails, and repair leaves nothing behind', async () => {
    await using bench = await Workbench.make()
    await writePhantom(bench.path('study'), { size: 32, slices: 2 })
    expect(await bench.gantry(['cod', 'check', 'study'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing to check'),
    })
    for (const flags of [[], ['--break-lock']]) {
      expect((await bench.gantry(['cod', 'repair', 'study', '1.2', '1.3', ...flags])).code).toBe(1)
    }
    expect(await readdir(bench.path('study'))).not.toContain('studies')
    const nowhere = await bench.gantry(['cod', 'repair', 'nowhere', '1.2', '1.3'])
    expect(nowhere.code).toBe(1)
    expect(await readdir(bench.path('.'))).not.toContain('nowhere')
  })

  test('check tells what is wrong, and repair mends it', async () => {
    await using bench = await Workbench.make()
    const { study, series, folder } = await archived(bench)
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Checked 1 series, 4 instances \(.*\): 0 errors, 0 warnings\n$/u),
    })
    await writeFile(bench.path(folder, 'metadata.json'), 'half')
    const checked = await bench.gantry(['cod', 'check', `cod+file://${bench.path('archive')}`, '--json'])
    expect(checked.code).toBe(1)
    expect(checked.json[0]).toMatchObject({ type: 'problem', kind: 'damaged-metadata', severity: 'error' })
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'archive', '--study', '1.2.3'])).toMatchObject({ code: 1 })
    expect(await bench.gantry(['cod', 'repair', 'archive', study, '../../..'])).toMatchObject({ code: 1 })
  })

  test('repair changes nothing where bytes are lost, unless it is forced', async () => {
    await using bench = await Workbench.make()
    const { study, series, folder } = await archived(bench)
    const tar = await readFile(bench.path(`${folder}.tar`))
    tar[3000] = (tar[3000] ?? 0) ^ 1
    await writeFile(bench.path(`${folder}.tar`), tar)
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series])).toMatchObject({ code: 1 })
    expect(await bench.gantry(['cod', 'repair', 'archive', study, series, '--force'])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({ code: 0 })
  })

  test('repair says that a tar which is cut off stays so, and how to have a sound one', async () => {
    await using bench = await Workbench.make()
    const { study, series, folder } = await archived(bench)
    const { length } = await readFile(bench.path(`${folder}.tar`))
    await truncate(bench.path(`${folder}.tar`), length / 2 - 100)
    const refused = await bench.gantry(['cod', 'repair', 'archive', study, series])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('gantry cod repair --force') })
    const { code, stdout } = await bench.gantry(['cod', 'repair', 'archive', study, series, '--force'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/still cut off, or damaged.*copy the series/u)])
    expect(await bench.gantry(['cod', 'check', 'archive'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/cut off, or damaged; .*a copy elsewhere has a sound tar/u),
    })
    const [url, mended] = [`cod+file://${bench.path('archive')}`, `cod+file://${bench.path('mended')}`]
    expect(await bench.gantry(['copy', url, mended])).toMatchObject({ code: 0 })
    expect(await bench.gantry(['cod', 'check', 'mended'])).toMatchObject({ code: 0 })
  })

  test('help tells how it is written', async () => {
    await using bench = await Workbench.make()
    const { stdout } = await bench.gantry(['help', 'places'])
    expect(stdout).toContain('cod+s3://bucket/root')
    expect(stdout).toContain('tarPartSize')
  })
})
