import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { ensureDebianPackages } from '@gantry-tooling/servers'
import { phantom, type TransferSyntaxName, writeDicom } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { markedTable } from './testing/marked.ts'
import { deidentified } from './testing/run.ts'

const missing = await ensureDebianPackages(['dcmtk', 'python3-pydicom'])
const note = missing === undefined ? '' : ` [${missing}]`
const run = promisify(execFile)
// Debian's own, which has Debian's packages; another one of the machine may come first on the path.
const python = process.env['GANTRY_TEST_PYTHON'] ?? '/usr/bin/python3'
const program = new URL('../testing/read-all.py', import.meta.url).pathname

describe.skipIf(missing !== undefined)(`what others read${note}`, { timeout: 120_000 }, () => {
  let folder = ''
  const names: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-deidentified-'))
    const write = async (name: string, file: Uint8Array) => {
      names.push(name)
      await writeFile(join(folder, name), (await deidentified(file, { retain: ['modified-dates'] })).bytes)
    }
    const top = markedTable('T').filter(({ tag }) => tag < 0x7fe00000)
    for (const syntax of [
      'explicit',
      'implicit',
      'big-endian',
      'deflated',
      'rle',
    ] as const satisfies TransferSyntaxName[]) {
      for await (const { bytes } of phantom({ size: 64, slices: 1, syntax })) await write(`${syntax}.dcm`, bytes)
      if (syntax === 'rle') continue
      const dataSet = [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.66'] as const, ...top.map(({ element }) => element)]
      await write(`table-${syntax}.dcm`, writeDicom({ dataSet, syntax }))
    }
  })

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  test('DCMTK finds nothing to complain of', async () => {
    const files = (await readdir(folder)).map((name) => join(folder, name))
    expect(files).toHaveLength(names.length)
    for (const file of files) {
      const { stdout, stderr } = await run('dcmdump', [file], { maxBuffer: 1 << 26 })
      expect(stderr).toBe('')
      expect(stdout).toContain('(0012,0062) CS [YES]')
    }
  })

  test('pydicom reads every element, and the meta information fits', async () => {
    const { stdout } = await run(python, [program, folder], { maxBuffer: 1 << 26 })
    expect(stdout.trim().split('\n').toSorted()).toEqual(
      names.map((name) => `${name} YES 113100,113107 MODIFIED`).toSorted(),
    )
  })
})
