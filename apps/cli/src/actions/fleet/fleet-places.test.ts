import { readFile, rm } from 'node:fs/promises'

import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { describeFleetOnPostgres } from '../../../testing/fleet-on-postgres.ts'
import { Workbench } from '../../../testing/workbench.ts'
import { worked } from '../../../testing/worked.ts'

describeFleetOnPostgres('a fleet without Redis', (env) => {
  test('asks a DICOMweb service for its studies, and moves those that are meant', async () => {
    await using bench = await Workbench.make()
    const images = await writePhantom(bench.path('archive'), { size: 32, slices: 3, series: 2, studies: 3 })
    const [one = '', two = '', three = ''] = [...new Set(images.map(({ image }) => image.studyInstanceUID))]
    const submitted: (object | undefined)[] = []
    let isBegun = false
    let failed: unknown
    const serving = await bench.gantry(['serve', 'archive', '--port', '0', '--quiet'], {
      watch(text, interrupt) {
        const root = /DICOMweb (http\S+)/u.exec(text)?.[1]
        if (isBegun || root === undefined) return
        isBegun = true
        const place = root.replace('http:', 'dicomweb+http:')
        const submit = async (...flags: string[]) => {
          const argv = ['fleet', 'submit', place, 'target', '--json', ...flags]
          submitted.push((await bench.gantry(argv, { env: env() })).json[0])
        }
        const work = async () => {
          await submit('--study', one)
          await submit('--study', one, '--study', two)
          await submit('--study', three, '--modality', 'MR')
          await submit('--include', '**')
          const studies = (printed: string) => printed.split('"type":"study"').length - 1
          const done = await worked(bench, ['fleet', 'worker', '--json'], env(), (printed) => studies(printed) === 3)
          expect(done.code).toBe(exitCodes.done)
          await submit('--study', two)
        }
        void work()
          .catch((error: unknown) => (failed = error))
          .then(() => interrupt('signal'))
      },
    })
    if (failed !== undefined) throw failed as Error
    expect(serving.code).toBe(0)
    const of = (studies: number, waiting: number, done: number) =>
      expect.objectContaining({ type: 'submitted', studies, entries: studies * 6, waiting, done })
    expect(submitted).toEqual([of(1, 0, 0), of(1, 1, 0), of(0, 0, 0), of(1, 2, 0), of(0, 0, 1)])
    const contents = async (folder: string) =>
      (
        await Promise.all(
          (await bench.files(folder)).map(async (path) => await readFile(bench.path(folder, path), 'base64')),
        )
      ).toSorted((a, b) => (a < b ? -1 : 1))
    expect(await contents('target')).toEqual(await contents('archive'))
  })

  test('lists a poison job with its reason, and moves it when what was wrong is mended', async () => {
    await using bench = await Workbench.make()
    await bench.write('source/a/1.txt', 'cannot be put there')
    await bench.write('source/b/2.txt', 'can')
    // A folder is where the file is to be.
    await bench.write('target/a/1.txt/in-the-way', 'x')
    const argv = ['fleet', 'submit', 'source', 'target', '--by', 'folder', '--json']
    const { run } = (await bench.gantry(argv, { env: env() })).json[0] as { run: string }
    const studies = (text: string) => text.split('"type":"study"').length - 1
    const worker = ['fleet', 'worker', '--json']
    const first = await worked(bench, worker, env(), (text) => studies(text) === 2)
    expect(first.json.filter(({ outcome }) => outcome === 'dead')).toHaveLength(1)
    const listed = await bench.gantry(['fleet', 'status', run, '--dead'], { env: env() })
    expect(listed).toMatchObject({
      code: exitCodes.failed,
      stdout: expect.stringMatching(/^[0-9a-f]{32}-0 {2}\w+ {2}1 of 1$/mu),
    })
    expect(listed.stdout).toContain(`gantry fleet retry ${run}`)
    expect(listed.stdout).not.toMatch(/1\.txt/u)
    const named = await bench.gantry(['fleet', 'status', run, '--paths'], { env: env() })
    expect(named.stdout).toMatch(/ 1 of 1\n {2}\S*source\n {4}a\/1\.txt\n$/u)
    const told = await bench.gantry(['fleet', 'status', run, '--paths', '--json'], { env: env() })
    const dead = told.json.find(({ type }) => type === 'dead')
    expect(dead).toMatchObject({ run, part: 0, from: expect.stringMatching(/source$/u) })
    expect(told.json.at(-1)).toEqual({ type: 'dead-path', run, study: dead?.['study'], part: 0, path: 'a/1.txt' })

    await rm(bench.path('target/a/1.txt'), { recursive: true })
    expect(await bench.gantry(['fleet', 'retry', run, '--json'], { env: env() })).toMatchObject({
      code: exitCodes.done,
      json: [expect.objectContaining({ studies: 1, parts: 1 })],
    })
    await worked(bench, worker, env(), (text) => studies(text) === 1)
    const mended = await bench.gantry(['fleet', 'status', run, '--dead'], { env: env() })
    expect(mended).toMatchObject({ code: exitCodes.done, stdout: expect.stringContaining('2 of 2 verified') })
    expect(await bench.read('target/a/1.txt')).toBe('cannot be put there')
  })
})
