import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { IgtBench } from '../../../testing/igt-bench.ts'
import { digestOfManifest, readManifest } from './manifest.ts'

const patience = 120_000
const digests = {
  a: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  b: '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
}
const line = (text: keyof typeof digests, path: string) => `${digests[text]}  ${path}\n`

test(
  'exactly the files of a manifest are sent, and those that are others by now are refused',
  async () => {
    await using cloud = await IgtBench.open()
    const { bench } = cloud
    for (const name of ['1', '2', '3']) await bench.write(`up/Hospital A/p---s/${name}`, 'a')
    await bench.write('up/Hospital A/p---s/study.json', '{}')
    const listed = ['1', '2', 'gone', 'study.json'].map((name) => line('a', `Hospital A/p---s/${name}`))
    await bench.write('list', listed.join(''))
    await bench.write('up/Hospital A/p---s/2', 'b')
    const argv = ['upload', 'up', 'Project', '--from-manifest', 'list']
    const first = await cloud.igt([...argv, '--json'])
    expect(first.code).toBe(1)
    const failures = first.json.filter(({ type }) => type === 'entry:error')
    expect(failures.map(({ path, code }) => `${String(path)} ${String(code)}`).sort()).toEqual([
      'Hospital A/p---s/2 integrity',
      'Hospital A/p---s/gone not_found',
    ])
    await cloud.igt(['download', 'down', 'Project'])
    expect(await cloud.tree('down')).toEqual({ 'Hospital A/p---s/1': 'a' })

    // What is in the cloud already is read here all the same, to be compared with the list.
    await bench.write('up/Hospital A/p---s/2', 'a')
    await bench.write('up/Hospital A/p---s/gone', 'a')
    expect((await cloud.igt(argv)).code).toBe(0)
    await bench.write('changed', line('b', 'Hospital A/p---s/1'))
    expect((await cloud.igt(['upload', 'up', 'Project', '--from-manifest', 'changed'])).code).toBe(1)
  },
  patience,
)

test(
  'exactly the files of a manifest are fetched, and compared by their bytes',
  async () => {
    await using cloud = await IgtBench.open()
    const { bench, server } = cloud
    for (const name of ['1', '2', '3']) await bench.write(`up/Hospital A/p---s/${name}`, 'a')
    expect((await cloud.igt(['upload', 'up', 'Project', '--manifest', 'list'])).code).toBe(0)
    const all = await bench.read('list')
    expect(all).toBe(['1', '2', '3'].map((name) => line('a', `Hospital A/p---s/${name}`)).join(''))
    // To the output alone, for a program that reads it.
    for (const flags of [[], ['--json']]) {
      const piped = await cloud.igt(['upload', 'up', 'Project', '--manifest', '-', ...flags])
      expect(piped).toMatchObject({ code: 0, stdout: all })
      expect(piped.stderr).toContain(flags.length === 0 ? 'there already' : '"type":"result"')
    }
    // Nothing is sent this time, and all is listed all the same.
    expect((await cloud.igt(['upload', 'up', 'Project', '--manifest', 'again'])).code).toBe(0)
    expect(await bench.read('again')).toBe(all)

    await bench.write('two', all.split('\n').slice(0, 2).join('\n'))
    const argv = ['download', 'down', 'Project', '--from-manifest', 'two']
    expect((await cloud.igt(argv)).code).toBe(0)
    expect(await bench.files('down')).toEqual(['Hospital A/p---s/1', 'Hospital A/p---s/2'])

    // Of equal length and time: the list tells that it is another.
    const { utimes, stat } = await import('node:fs/promises')
    const file = bench.path('down/Hospital A/p---s/1')
    const { atime, mtime } = await stat(file)
    await bench.write('down/Hospital A/p---s/1', 'b')
    await utimes(file, atime, mtime)
    const before = server.requests.length
    expect((await cloud.igt(argv)).code).toBe(0)
    expect(await readFile(file, 'utf8')).toBe('a')
    const fetched = server.requests.slice(before).filter(({ area, method }) => area === 'data' && method === 'GET')
    expect(fetched.map(({ path }) => path)).toEqual(['/igt/p1/h1/s1/files/1'])

    await bench.write('other', line('b', 'Hospital A/p---s/3'))
    const other = await cloud.igt(['download', 'elsewhere', 'Project', '--from-manifest', 'other'])
    expect(other.code).toBe(1)
    expect(await bench.files('elsewhere')).toEqual([])
  },
  patience,
)

test('a manifest is read as sha256sum writes it', async () => {
  await using cloud = await IgtBench.open()
  const { bench } = cloud
  await bench.write('list', `${line('a', 'x y')}\\${digests.b} *odd\\nna\\\\me\r\n`)
  const read = await readManifest(bench.path('list'))
  expect([...read]).toEqual([
    ['x y', digests.a],
    ['odd\nna\\me', digests.b],
  ])
  expect(digestOfManifest(read)).toBe(digestOfManifest(new Map([...read].toReversed())))
  for (const text of ['', 'abc  path\n', `${digests.a}\n`, line('a', 'x') + line('b', 'x')]) {
    await bench.write('bad', text)
    await expect(readManifest(bench.path('bad'))).rejects.toMatchObject({ code: 'invalid' })
  }
  expect((await cloud.igt(['upload', '.', 'Project', '--from-manifest', 'nowhere'])).code).toBe(1)
})
