import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

describe('copy', () => {
  test('copies, skips what is there, and says so', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 12)
    const first = await bench.gantry(['copy', 'src', 'dst'])
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('Copied 12 entries, 12.0 kB') })
    expect(first.stderr).toContain('src → dst, job ')
    expect(await bench.files('dst')).toEqual(await bench.files('src'))
    expect(await bench.read('dst/0003.dcm')).toBe(await bench.read('src/0003.dcm'))
    const second = await bench.gantry(['copy', './src', 'dst/'])
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') })
  })

  test('one file, and a selection of files', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 12)
    await bench.write('src/notes.txt', 'x')
    expect((await bench.gantry(['copy', 'src/0003.dcm', 'one'])).code).toBe(0)
    expect(await bench.files('one')).toEqual(['0003.dcm'])
    expect((await bench.gantry(['copy', 'src', 'some', '--ext', 'DCM', '--exclude', '000?.dcm'])).code).toBe(0)
    expect(await bench.files('some')).toEqual(['0010.dcm', '0011.dcm'])
  })

  test('leaves out what an archive keeps beside its entries, where anything is selected, unless that is named or all is but for some', async () => {
    await using bench = await Workbench.make()
    for (const path of ['a.dcm', '.gantry/keys/1.age', 'in/.gantry/manifests/2.age'])
      await bench.write(`A/${path}`, 'x')
    const copied = async (...flags: string[]) => {
      const folder = `to${flags.join('').replaceAll(/\W/gu, '')}`
      for (const command of ['copy', 'verify']) {
        expect((await bench.gantry([command, 'A', folder, ...flags])).code).toBe(0)
      }
      return await bench.files(folder)
    }
    for (const flags of [
      ['--since', '2020-01-01'],
      ['--include', '**'],
      ['--include', '**', '--exclude', 'b'],
    ]) {
      expect(await copied(...flags)).toEqual(['a.dcm'])
    }
    expect(await copied('--include', '.gantry/keys/*', '--since', '2020-01-01')).toEqual(['.gantry/keys/1.age'])
    expect(await copied()).toHaveLength(3)
    expect(await copied('--exclude', 'b')).toHaveLength(3)
  })

  test('what differs is replaced, or kept, or all is sent', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 3)
    await bench.write('dst/0001.dcm', 'mine')
    const kept = await bench.gantry(['copy', 'src', 'dst', '--no-clobber'])
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('1 entry (1.00 kB) skipped') })
    expect(await bench.read('dst/0001.dcm')).toBe('mine')
    const verified = await bench.gantry(['copy', 'src', 'dst', '--no-clobber', '--verify'])
    expect(verified).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('What is there differs from the source'),
    })
    expect(await bench.read('dst/0001.dcm')).toBe('mine')
    expect((await bench.gantry(['copy', 'src', 'dst'])).stdout).toContain('Copied 1 entry')
    expect(await bench.read('dst/0001.dcm')).toBe(await bench.read('src/0001.dcm'))
    expect((await bench.gantry(['copy', 'src', 'dst', '--overwrite'])).stdout).toContain('Copied 3 entries')
  })

  test('a dry run shows what would happen, and does nothing', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 3)
    await bench.gantry(['copy', 'src', 'dst', '--exclude', '0002.dcm'])
    await bench.write('dst/0001.dcm', 'mine')
    const { code, stdout, json } = await bench.gantry(['copy', 'src', 'dst', '-n'])
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'skip       1.00 kB  0000.dcm',
      'replace    1.00 kB  0001.dcm',
      'copy       1.00 kB  0002.dcm',
      '1 entry (1.00 kB) would be copied',
      '1 entry (1.00 kB) would replace what is there',
      '1 entry (1.00 kB) would be skipped: there already',
    ])
    expect(json).toEqual([])
    expect(await bench.files('dst')).toEqual(['0000.dcm', '0001.dcm'])
    const asJson = await bench.gantry(['copy', 'src', 'dst', '-n', '--overwrite', '--json'])
    const intents = asJson.json.filter(({ type }) => type === 'entry').map(({ intent }) => intent)
    expect(intents).toEqual(['replace', 'replace', 'copy'])
    expect(asJson.json.at(-1)).toMatchObject({
      type: 'result',
      dryRun: true,
      totals: { replace: { entries: 2 } },
      exit: 0,
    })
    expect((await bench.gantry(['jobs', '--json'])).json).toHaveLength(1)
  })

  test('a dry run foresees a file where a folder has to be, and a folder in place of a file', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src/file/deep', 2)
    await bench.write('src/folder', 'a file')
    await bench.write('src/good/one', 'one')
    await bench.write('dst/file', 'in the way')
    await bench.write('dst/folder/inner', 'in the way')
    const intents = async (...more: string[]) => {
      const { code, json } = await bench.gantry(['copy', 'src', 'dst', '-n', '--json', ...more])
      const told = json.filter(({ type }) => type === 'entry')
      return { code, told: Object.fromEntries(told.map(({ path, intent }) => [path, intent])) }
    }
    const refused = { 'file/deep/0000.dcm': 'refuse', 'file/deep/0001.dcm': 'refuse', folder: 'refuse' }
    const foreseen = { code: 1, told: { ...refused, 'good/one': 'copy' } }
    expect(await intents()).toEqual(foreseen)
    expect(await intents('--overwrite')).toEqual(foreseen)
    const copied = await bench.gantry(['copy', 'src', 'dst', '--json'])
    expect(copied.code).toBe(1)
    expect(copied.json.at(-1)).toMatchObject({ progress: { done: { entries: 1 }, failed: { entries: 3 } } })
  })

  test('--json tells every event, and the result last', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    const { code, json, stderr } = await bench.gantry(['copy', 'src', 'dst', '--json', '--verify'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(json[0]).toMatchObject({ type: 'job', from: 'src', to: 'dst', resumed: false })
    const phases = json.filter(({ type }) => type === 'phase').map(({ phase }) => phase)
    expect(phases).toEqual(['planning', 'ready', 'running', 'verifying', 'completed'])
    const bytes = await bench.read('src/0001.dcm')
    const sha256 = createHash('sha256').update(bytes, 'latin1').digest('hex')
    expect(json.find(({ type, path }) => type === 'entry:done' && path === '0001.dcm')).toMatchObject({
      target: '0001.dcm',
      bytes: 1000,
      digests: { sha256 },
    })
    expect(json.at(-1)).toMatchObject({
      type: 'result',
      phase: 'completed',
      exit: 0,
      unverified: 0,
      id: json[0]?.['id'],
    })
  })

  test('--quiet says nothing when all is well', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    expect(await bench.gantry(['copy', 'src', 'dst', '-q'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('--debug tells neither paths nor values', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src/SECRET^NAME', 2)
    const { stderr } = await bench.gantry(['copy', 'src', 'dst', '--debug'])
    const debug = stderr.split('\n').filter((line) => line.startsWith('debug:'))
    expect(debug).toContain('debug: phase running')
    expect(debug.join('\n')).not.toContain('SECRET')
  })

  test('on a terminal there is a bar, and nothing of it stays', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    const { stderr, stdout } = await bench.gantry(['copy', 'src', 'dst'], { terminal: 60 })
    expect(stderr).toContain('\u001B[1msrc → dst\u001B[22m\n')
    expect(stderr).toContain('\u001B[J')
    expect(stdout).toContain('\u001B[32mCopied\u001B[39m 2 entries')
    const plain = await bench.gantry(['copy', 'src', 'dst2'], { terminal: 60, env: { NO_COLOR: '1' } })
    expect(plain.stdout).toMatch(/^Copied 2 entries/u)
  })

  test('a source without such entries is said to be empty', async () => {
    await using bench = await Workbench.make()
    await bench.fill('src', 2)
    const { code, stdout } = await bench.gantry(['copy', 'src', 'dst', '--ext', 'nii'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'There is nothing to copy: the source has no such entries.\n' })
  })
})
