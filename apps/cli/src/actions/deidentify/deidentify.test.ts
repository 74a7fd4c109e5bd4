import { chmod, readFile } from 'node:fs/promises'

import { parseHeader } from '@gantry/dicom'
import { type DataSet, phantom, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../../testing/workbench.ts'

const key = 'a secret of the project, long enough'
const env = { GANTRY_DEIDENTIFY_KEY: key }

/** Images of a patient whose name is in paths and headers. */
async function fill(bench: Workbench, more: DataSet = []): Promise<void> {
  for await (const { path, image } of phantom({ size: 16, slices: 2, series: 2 })) {
    const dataSet: DataSet = [
      [0x00080016, 'UI', image.sopClassUID],
      [0x00080018, 'UI', image.sopInstanceUID],
      [0x00080020, 'DA', '20240110'],
      [0x00080060, 'CS', 'CT'],
      [0x0008103e, 'LO', 'CT Chest for Dr. MARKER'],
      [0x00100010, 'PN', 'MARKER^JANE'],
      [0x00100020, 'LO', 'MARKER-4711'],
      [0x0020000d, 'UI', image.studyInstanceUID],
      [0x0020000e, 'UI', image.seriesInstanceUID],
      ...more,
      [0x7fe00010, 'OW', new Uint8Array(64)],
    ]
    await bench.write(`src/MARKER^JANE/${path}`, writeDicom({ dataSet }))
  }
}

describe('copy --deidentify', { timeout: 60_000 }, () => {
  test('leaves no name, in paths, bytes or what it says', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    const { code, stdout, stderr } = await bench.gantry(['copy', 'src', 'dst', '--deidentify', '--verify'], { env })
    expect({ code, stderr: stderr.includes('MARKER') }).toEqual({ code: 0, stderr: false })
    expect(stdout).toMatch(/^Copied 4 entries/u)
    expect(stdout).toMatch(/De-identified 4 entries; attributes: .*removed.*replaced.*kept/u)
    const files = await bench.files('dst')
    expect(files).toHaveLength(4)
    for (const file of files) {
      expect(file).toMatch(/^2\.25\.\d+\/2\.25\.\d+\/2\.25\.\d+\.dcm$/u)
      expect(await bench.read(`dst/${file}`)).not.toContain('MARKER')
    }
  })

  test('goes by the source to choose, and by the outcome to place', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    const layout = '{PatientID}/{StudyDate}/{SeriesDescription}/{SOPInstanceUID}.dcm'
    const words = [
      '--retain',
      'modified-dates',
      '--clean',
      'descriptors',
      '--since',
      '2024-01-10',
      '--until',
      '2024-01-10',
    ]
    const { code } = await bench.gantry(['copy', 'src', 'dst', '--deidentify', '--layout', layout, ...words], { env })
    expect(code).toBe(0)
    const files = await bench.files('dst')
    expect(files).toHaveLength(4)
    for (const file of files) expect(file).toMatch(/^[0-9A-Z]{16}\/20[12]\d{5}\/CT Chest for\/2\.25\.\d+\.dcm$/u)
    expect(new Set(files.map((file) => file.split('/')[1])).has('20240110')).toBe(false)
    const none = await bench.gantry(['copy', 'src', 'none', '--deidentify', '--since', '2024-01-11'], { env })
    expect(none.stdout).toContain('There is nothing to copy')
  })

  test('has the same outcome by a key file as by the environment, and another by another key', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    await bench.write('project.key', `${key}\n`)
    const open = await bench.gantry(['copy', 'src', 'a', '--deidentify', '--deidentify-key', 'project.key'])
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') })
    await chmod(bench.path('project.key'), 0o600)
    expect((await bench.gantry(['copy', 'src', 'a', '--deidentify', '--deidentify-key', 'project.key'])).code).toBe(0)
    await bench.gantry(['copy', 'src', 'b', '--deidentify'], { env })
    await bench.gantry(['copy', 'src', 'c', '--deidentify'], { env: { GANTRY_DEIDENTIFY_KEY: `${key}!` } })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((folder) => bench.files(folder)))
    expect(a).toEqual(b)
    expect(a?.filter((file) => c?.includes(file))).toEqual([])
    for (const file of a ?? []) {
      expect(await bench.read(`a/${file}`)).toBe(await bench.read(`b/${file}`))
    }
  })

  test('--json reports every file by attributes alone, and names no source', async () => {
    await using bench = await Workbench.make()
    await fill(bench, [[0x00280301, 'CS', 'YES']])
    const { code, json } = await bench.gantry(['copy', 'src', 'dst', '--deidentify', '--json'], { env })
    expect(code).toBe(0)
    const reports = json.filter(({ type }) => type === 'deidentified')
    expect(reports).toHaveLength(4)
    expect(reports[0]).toMatchObject({
      target: expect.stringMatching(/^2\.25\./u),
      counts: { removed: 1, shifted: 0 },
      attributes: { removed: [{ tag: '(0008,103E)', keyword: 'SeriesDescription', count: 1 }] },
      warnings: [{ code: 'burned-in', reason: 'declared' }],
    })
    expect(json.find(({ type }) => type === 'deidentification')).toMatchObject({ images: 4, suspected: 4 })
    expect(JSON.stringify(json)).not.toContain('MARKER')
  })

  test('says of documents that nothing is left of them', async () => {
    await using bench = await Workbench.make()
    await fill(bench, [[0x00420011, 'OB', Buffer.from('MARKER is what it says')]])
    const words = ['copy', 'src', 'dst', '--deidentify']
    const { code, stdout } = await bench.gantry(words, { env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('4 documents were emptied: what is') })
    await fill(bench)
    const { json } = await bench.gantry([...words, '--json'].with(2, 'other'), { env })
    expect(json.find(({ type }) => type === 'deidentification')).toMatchObject({ images: 4, documents: 0 })
    const without = await bench.gantry(words.with(2, 'third'), { env })
    expect(without.stdout).not.toContain('emptied:')
  })

  test('--dry-run shows before and after, of the first image of a series, and writes nothing', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    const dryRun = ['copy', 'src', 'dst', '--deidentify', '--dry-run']
    const { code, stdout } = await bench.gantry(dryRun, { env, terminal: 200 })
    expect(code).toBe(0)
    expect(stdout.match(/^PatientName +replaced +MARKER\^JANE +[0-9A-Z]{16}$/gmu)).toHaveLength(2)
    expect(stdout.match(/^SeriesDescription +removed +CT Chest for Dr. MARKER$/gmu)).toHaveLength(2)
    expect(stdout).toContain('4 entries')
    expect(await bench.files('.')).not.toContain(expect.stringMatching(/^dst/u))
    // What is not for the eyes of who asked alone has no values, and names no source.
    const piped = await bench.gantry(dryRun, { env })
    expect(piped.stdout).not.toContain('MARKER')
    expect(piped.stdout.match(/^PatientName +replaced *$/gmu)).toHaveLength(2)
    const { json } = await bench.gantry([...dryRun, '--json'], { env })
    expect(json.filter(({ type }) => type === 'diff')).toHaveLength(2)
    expect(json.filter(({ type }) => type === 'entry')).toHaveLength(4)
    expect(JSON.stringify(json)).not.toContain('MARKER')
  })

  test('names its source to nobody but jobs show', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    const copy = ['copy', 'src/MARKER^JANE', 'dst', '--deidentify', '--exclude', 'MARKER*']
    const said = [
      await bench.gantry(copy, { env }),
      await bench.gantry(copy, { env, terminal: 100 }),
      await bench.gantry([...copy, '--json'], { env }),
      await bench.gantry(['jobs']),
      await bench.gantry(['jobs', '--json']),
    ]
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain('MARKER')
    expect(said[3]?.stdout).toMatch(/\(not shown\) → .*dst/u)
    const [job] = said[4]?.json ?? []
    expect(said[4]?.json[0]).toMatchObject({ type: 'job', spec: { to: expect.stringMatching(/dst$/u) } })
    const shown = await bench.gantry(['jobs', 'show', String(job?.['id']), '--json'])
    expect(shown.json[0]).toMatchObject({ spec: { from: expect.stringContaining('MARKER') } })
  })

  test('blanks pixels', async () => {
    await using bench = await Workbench.make()
    const shape: DataSet = [
      [0x00280010, 'US', [8]],
      [0x00280011, 'US', [8]],
      [0x00280100, 'US', [8]],
    ]
    await fill(bench, shape)
    const words = ['--blank', '0,0,4,4', '--blank', '6,6,2,2']
    expect((await bench.gantry(['copy', 'src', 'dst', '--deidentify', ...words], { env })).code).toBe(0)
    const [file = ''] = await bench.files('dst')
    const bytes = await readFile(bench.path(`dst/${file}`))
    expect(bytes.includes('113101')).toBe(true)
    expect(parseHeader(bytes).pixelData?.length).toBe(64)
  })

  test('refuses what is no image, copies the rest, and tells where it came from to who asks on this machine', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    await bench.write('src/MARKER^JANE/report.txt', 'MARKER')
    const whole = await bench.read(`src/${(await bench.files('src'))[0]}`)
    await bench.write('src/MARKER^JANE/cut.dcm', Buffer.from(whole.slice(0, -20), 'latin1'))
    const { code, stdout, stderr } = await bench.gantry(['copy', 'src', 'dst', '--deidentify'], { env })
    expect(code).toBe(1)
    expect(stdout).toContain('Failed: 2 of 6 entries')
    expect(stdout).toContain('It is no DICOM image')
    expect(stdout.match(/^ {2}invalid {2}source [0-9a-f]{8}$/gmu)).toHaveLength(2)
    expect(stdout).toContain('Where what failed came from: gantry jobs show')
    expect(stdout + stderr).not.toContain('MARKER')
    expect(await bench.files('dst')).toHaveLength(4)
    const again = await bench.gantry(['copy', 'src', 'dst', '--deidentify', '--json'], { env })
    expect(again.json.filter(({ type }) => type === 'entry:error')).toHaveLength(2)
    expect(again.stdout).not.toContain('MARKER')
    const [job] = (await bench.gantry(['jobs', '--json'])).json
    expect((await bench.gantry(['jobs', 'show', String(job?.['id'])])).stdout).toContain('MARKER^JANE/report.txt')
  })

  test('a job is not gone on with without its key', async () => {
    await using bench = await Workbench.make()
    await fill(bench)
    await bench.write('src/report.txt', 'MARKER')
    const first = await bench.gantry(['copy', 'src', 'dst', '--deidentify'], { env })
    expect(first.stdout).toContain('run the same command again')
    const [job] = (await bench.gantry(['jobs', '--json'])).json
    const resumed = await bench.gantry(['jobs', 'resume', String(job?.['id'])])
    expect(resumed.code).toBe(2)
    expect(resumed.stderr).toContain('run the same gantry copy again')
  })

  test.each([
    [['--deidentify'], 'takes a secret'],
    [['--retain', 'uids'], '--deidentify'],
    [['--deidentify', '--retain', 'names'], 'There is no option "names"'],
    [['--deidentify', '--retain', 'full-dates,modified-dates'], 'choose one'],
    [['--deidentify', '--blank', '1,2,3'], 'x,y,width,height'],
    [['--deidentify', '--deidentify-key', 'none.key'], 'cannot be read'],
  ])('%j is a usage error', async (words, message) => {
    await using bench = await Workbench.make()
    await fill(bench)
    const given = words.includes('--retain') ? { env } : {}
    const { code, stderr } = await bench.gantry(['copy', 'src', 'dst', ...words], given)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})
