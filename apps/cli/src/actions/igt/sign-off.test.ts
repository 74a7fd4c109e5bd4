import { symlink } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 180_000

test('--submit signs every study off, once', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.fill('up/Hospital B/p---two', 2)
  expect(await cloud.igt(['upload', 'up', 'Project', '--submit'])).toMatchObject({ code: 0 })
  expect([...cloud.server.state.submitted].sort()).toEqual(['h1-s1', 'h2-s2'])
})

test('studies whose files are all there are signed off, and the others are named', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.write('up/Hospital B/p---two/dicom/a.dcm', 'in its place')
  await cloud.bench.write('up/Hospital B/p---two/beside.txt', 'in none')
  const argv = ['upload', 'up', 'Project', '--submit']
  const first = await cloud.igt(argv)
  expect(first).toMatchObject({ code: 1 })
  expect(first.stdout).toContain('because its study has a folder files or dicom')
  expect(first.stdout).toContain('Signed off: 1 study')
  expect(first.stdout).toMatch(/Not signed off:\n {2}Hospital B\/p---two: not all of its files are there/u)
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})

test('a study of which a file was refused when it was listed is not signed off', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  await cloud.bench.fill('up/Hospital A/p---two', 1)
  await cloud.bench.write('elsewhere.txt', 'a')
  await symlink(cloud.bench.path('elsewhere.txt'), cloud.bench.path('up/Hospital A/p---one/linked.txt'))
  const sent = await cloud.igt(['upload', 'up', 'Project', '--submit'])
  expect(sent).toMatchObject({ code: 1 })
  expect(sent.stdout).toContain('Hospital A/p---one: not all of its files are there')
  expect(sent.stdout).toContain('Signed off: 1 study')
  expect(cloud.server.state.submitted).toHaveLength(1)
})

test('a sign-off that is denied is told with what has arrived', { timeout: patience }, async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.fill('up/Hospital A/p---one', 2)
  cloud.server.controls.denied.push({ path: 'electronic-record-state' })
  const denied = await cloud.igt(['upload', 'up', 'Project', '--submit', '--manifest', 'list.csv'])
  expect(denied).toMatchObject({ code: 3 })
  expect(denied.stdout).toMatch(/Hospital A\/p---one: this user may not sign it off/u)
  expect(denied.stdout).toMatch(/2 (?:files|entries)/u)
  expect(await cloud.bench.files('.')).toContain('list.csv')
  cloud.server.controls.denied.length = 0
  const again = await cloud.igt(['upload', 'up', 'Project', '--submit', '--json'])
  expect(again.json).toContainEqual({ type: 'sign-off', signed: ['Hospital A/p---one'], unsigned: [] })
  expect(cloud.server.state.submitted).toEqual(['h1-s1'])
})
