import { mkdir, symlink } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { loadConfig } from '../config/load-config.ts'
import { Places } from './places.ts'
import { refuseNested } from './refuse-nested.ts'

async function bench() {
  const made = await Workbench.make()
  await mkdir(made.path('src/sub'), { recursive: true })
  await made.write('src/x.dcm', 'x')
  await symlink('src', made.path('link'))
  const remote = (endpoint: string) => ({ url: 's3://bucket/a', options: { endpoint } })
  const remotes = {
    one: remote('http://127.0.0.1:9000'),
    two: remote('http://localhost:9000'),
    other: remote('http://127.0.0.1:9001'),
  }
  await made.write('gantry.config.json', JSON.stringify({ remotes }))
  return made
}

async function tried(made: Workbench, from: string, to: string): Promise<string> {
  const places = new Places(await loadConfig(made.folder, made.env, undefined), made.env, made.folder)
  // Whether one entry is named is asked of folders alone: no service has to be there.
  const source = from.includes(':') ? await places.open(from) : await places.openExisting(from)
  try {
    await refuseNested(source, await places.open(to))
    return 'fine'
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

const same = 'The source and the destination are the same place.'
const within = 'The destination lies within the source.'

describe('places that are one', () => {
  test.for([
    ['src', 'src', same],
    ['src', 'link', same],
    ['link/x.dcm', 'src', same],
    ['src', 'link/in/it', within],
    ['src/x.dcm', 'link/in/it', 'fine'],
    ['src', 'cod+FILE/src', same],
    ['src', 'car+FILE/link/archive', within],
    ['src/sub', 'src', 'fine'],
    ['src', 'src2', 'fine'],
    ['s3://bucket/al', 's3://bucket//al', same],
    ['s3://bucket/al', 's3://bucket/al/', same],
    ['s3://bucket/al', 's3://bucket/all', 'fine'],
    ['s3://bucket', 's3://bucket/a', within],
    ['s3://bucket/a?endpoint=http://127.0.0.1:9000', 's3://bucket/a?endpoint=http://localhost:9000/', same],
    ['s3://bucket/a?endpoint=http://127.0.0.1:9000', 'cod+s3://bucket/a?endpoint=http://localhost:9000/', same],
    ['s3://bucket/a', 's3://bucket/a?endpoint=https://s3.eu-central-1.amazonaws.com', same],
    ['gs://bucket/a', 'gs://bucket//a', same],
    ['one:', 'two:', same],
    ['one:', 'two:b', within],
    ['one:', 'other:', 'fine'],
    ['one:', 's3://bucket/a?endpoint=http://[::1]:9000', same],
    ['src', 's3://bucket/src', 'fine'],
  ])('%s and %s: %s', async ([from = '', to = '', expected]) => {
    await using made = await bench()
    expect(await tried(made, from, to.replace('FILE', `file://${made.folder}`))).toBe(expected)
  })

  test('a copy into itself is a wrong command', async () => {
    await using made = await bench()
    expect(await made.gantry(['copy', './src', './link', '--layout', 'flat'])).toMatchObject({ code: 2 })
    expect(await made.files('src')).toEqual(['x.dcm'])
  })
})
