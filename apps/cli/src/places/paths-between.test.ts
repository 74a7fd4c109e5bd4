import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { loadConfig } from '../config/load-config.ts'
import { pathsBetween } from './paths-between.ts'
import { Places } from './places.ts'

const remotes = {
  one: { url: 's3://bucket/a', options: { endpoint: 'http://127.0.0.1:9000' } },
  other: { url: 's3://bucket/a', options: { endpoint: 'http://127.0.0.1:9001' } },
  pacs: 'dicomweb://pacs.example.org/dicom-web',
  gone: 'nix://bucket/a',
}

async function between(place: string, other: string): Promise<string | undefined> {
  await using bench = await Workbench.make()
  await bench.write('gantry.config.json', JSON.stringify({ remotes }))
  const places = new Places(await loadConfig(bench.folder, bench.env, undefined), bench.env, bench.folder)
  const opened = await places.open(place)
  try {
    return (await pathsBetween(places, opened, other))?.('x/y')
  } finally {
    await opened.store.close()
  }
}

test.for([
  ['one:b', 'one:', 'b/x/y'],
  ['one:b', 's3://bucket/a?endpoint=http://localhost:9000', 'b/x/y'],
  ['s3://bucket/a?endpoint=http://localhost:9000', 'one:x', 'y'],
  ['s3://bucket/a', 'one:', undefined],
  ['one:', 'other:', undefined],
  ['cod+s3://bucket/a?endpoint=http://localhost:9000', 'one:', undefined],
  ['pacs:', 'dicomweb://pacs.example.org/dicom-web', 'x/y'],
  ['dicomweb://pacs.example.org/dicom-web', 'pacs:', 'x/y'],
  ['dicomweb://pacs.example.org/other', 'pacs:', undefined],
  ['one:', 'gone:', undefined],
  ['one:', 'unknown:x', undefined],
] as const)('%s and %s', async ([place, other, path]) => {
  expect(await between(place, other)).toBe(path)
})
