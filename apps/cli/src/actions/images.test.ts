import { readFile } from 'node:fs/promises'

import { writeDicom, writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

async function withPhantom(work: (bench: Workbench) => Promise<void>): Promise<void> {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('ct'), { size: 32, slices: 3, series: 2 })
  await bench.write('ct/notes.txt', 'x')
  await work(bench)
}

describe('looking at images', () => {
  test('ls groups by study and series, without the patient', async () => {
    await withPhantom(async (bench) => {
      const { stdout, stderr } = await bench.gantry(['ls', 'ct', '--dicom'])
      expect(stdout).toMatch(/^Study 2\.25\.\d+\n {2}2020-01-01, 2 series, 6 instances, /u)
      expect(stdout).toContain('1 other file, 1 B')
      expect(stderr).toContain('7 entries')
      expect(stdout + stderr).not.toMatch(/phantom/iu)
      const { json } = await bench.gantry(['ls', 'ct', '--dicom', '--json'])
      expect(json).toMatchObject([
        { type: 'series', modality: 'CT', instances: 3 },
        { type: 'series' },
        { type: 'result' },
      ])
      const { json: listed } = await bench.gantry(['ls', 'ct', '--modality', 'CT', '--json'])
      expect(listed).toHaveLength(7)
      expect(JSON.stringify(listed)).not.toContain('Synthetic')
    })
  })

  test('ls and copies of images say why what is DICOM cannot be read', async () => {
    await withPhantom(async (bench) => {
      const [file = ''] = (await bench.files('ct')).filter((path) => path.endsWith('.dcm'))
      const whole = await readFile(bench.path('ct', file))
      await bench.write('broken/cut.dcm', whole.subarray(0, 300))
      const why = /Truncated DICOM: the data end within \w+/u
      expect((await bench.gantry(['ls', 'broken', '--dicom'])).stderr).toMatch(why)
      expect((await bench.gantry(['stat', 'broken/cut.dcm'])).stdout).toMatch(
        /Header +Truncated DICOM: the data end within \w+/u,
      )
      expect((await bench.gantry(['stat', 'broken/cut.dcm', '--json'])).json).toMatchObject([
        { attributes: {}, flaw: expect.stringMatching(why) },
      ])
      const { code, stderr, stdout } = await bench.gantry(['copy', 'broken', `cod+file://${bench.path('cod')}`])
      expect([code, stderr + stdout]).toEqual([1, expect.stringMatching(why)])
    })
  })

  test('copies and comparisons by modality name what is damaged, unless it tells another modality', async () => {
    await withPhantom(async (bench) => {
      const [file = ''] = (await bench.files('ct')).filter((path) => path.endsWith('.dcm'))
      const whole = await readFile(bench.path('ct', file))
      await bench.write('ct/early.dcm', whole.subarray(0, 300))
      await bench.write('ct/late.dcm', whole.subarray(0, whole.indexOf('Synthetic') + 2))
      const directory = writeDicom({
        dataSet: [[0x00041220, 'SQ', { items: [] }]],
        meta: [
          [0x00020002, 'UI', '1.2.840.10008.1.3.10'],
          [0x00020003, 'UI', '2.25.5'],
          [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
        ],
      })
      await bench.write('ct/DICOMDIR', directory)
      const listed = await bench.gantry(['ls', 'ct', '--modality', 'MR', '--json'])
      expect(listed.code).toBe(1)
      expect(listed.json.filter(({ type }) => type === 'failed')).toMatchObject([
        { path: 'early.dcm', code: 'integrity' },
      ])
      const copied = await bench.gantry(['copy', 'ct', 'out', '--modality', 'CT', '--json'])
      expect(copied.code).toBe(1)
      const failed = copied.json.filter(({ type }) => type === 'entry:error')
      expect(failed).toMatchObject([
        { path: 'early.dcm', code: 'integrity', message: expect.stringContaining('Truncated DICOM') },
        { path: 'late.dcm', code: 'integrity' },
      ])
      expect(await bench.files('out')).toHaveLength(6)
      const verified = await bench.gantry(['verify', 'ct', 'out', '--modality', 'CT'])
      expect([verified.code, verified.stdout]).toEqual([1, expect.stringContaining('late.dcm')])
      const none = await bench.gantry(['copy', 'ct', 'none', '--modality', 'MR', '--json'])
      expect(none.json.filter(({ type }) => type === 'entry:error')).toMatchObject([{ path: 'early.dcm' }])
    })
  })

  test('rm by modality or date leaves what is damaged and may be meant, and says so: 1', async () => {
    await withPhantom(async (bench) => {
      const [file = ''] = (await bench.files('ct')).filter((path) => path.endsWith('.dcm'))
      await bench.write('ct/early.dcm', (await readFile(bench.path('ct', file))).subarray(0, 300))
      const planned = await bench.gantry(['rm', 'ct', '--modality', 'CT', '--dry-run', '--json'])
      expect(planned.json.filter(({ type }) => type === 'failed')).toMatchObject([{ path: 'early.dcm' }])
      expect(planned.json.at(-1)).toMatchObject({ entries: 6, refused: 0, unread: 1, exit: 1 })
      // Its file is of today, and nobody knows of which day the image is.
      const since = await bench.gantry(['rm', 'ct', '--since', '7d', '--yes'])
      expect(since).toMatchObject({ code: 1, stdout: 'Removed 1 entry\n' })
      const removed = await bench.gantry(['rm', 'ct', '--modality', 'CT', '--yes'])
      expect(removed).toMatchObject({
        code: 1,
        stdout: 'Removed 6 entries\n',
        stderr: expect.stringMatching(/^Left: early\.dcm: Truncated DICOM/u),
      })
      expect(await bench.files('ct')).toEqual(['early.dcm'])
    })
  })

  test('stat shows the header, because it was asked for', async () => {
    await withPhantom(async (bench) => {
      const file = (await bench.files('ct')).find((path) => path.endsWith('.dcm')) ?? ''
      const { stdout } = await bench.gantry(['stat', `ct/${file}`])
      expect(stdout).toMatch(/PatientName +Phantom/u)
      expect(stdout).toMatch(/Transfer syntax +1\.2\.840\.10008\.1\.2\.1/u)
      const { json } = await bench.gantry(['stat', `ct/${file}`, '--json'])
      expect(json).toMatchObject([{ type: 'entry', image: { sopClassUID: '1.2.840.10008.5.1.4.1.1.2' } }])
      expect((await bench.gantry(['stat', 'ct/notes.txt'])).stdout).toMatch(/Size +1 B/u)
      expect((await bench.gantry(['stat', 'ct'])).stdout).toMatch(/Entries +7 entries/u)
    })
  })

  test('copies by modality and into a layout; verify knows the layout', async () => {
    await withPhantom(async (bench) => {
      const template = '{Modality}/{SeriesNumber}-{InstanceNumber}.dcm'
      expect(await bench.gantry(['copy', 'ct', 'out', '--modality', 'ct', '--layout', template])).toMatchObject({
        code: 0,
      })
      const expected = ['CT/1-1.dcm', 'CT/1-2.dcm', 'CT/1-3.dcm', 'CT/2-1.dcm', 'CT/2-2.dcm', 'CT/2-3.dcm']
      expect(await bench.files('out')).toEqual(expected)
      expect(await bench.gantry(['verify', 'ct', 'out', '--modality', 'CT', '--layout', template])).toMatchObject({
        code: 0,
      })
      expect(await bench.gantry(['copy', 'ct', 'tree', '--layout', 'hierarchical'])).toMatchObject({ code: 0 })
      expect((await bench.files('tree')).filter((path) => path.split('/').length === 4)).toHaveLength(6)
      expect((await bench.gantry(['ls', 'ct', '--modality', 'MR'])).stderr).toBe('No entries.\n')
    })
  })
})
