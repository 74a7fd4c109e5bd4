import assert from 'node:assert/strict'

import type { Query } from '@gantry/core'

import type { Bench } from '../bench.ts'
import { group } from '../conformance-case.ts'
import type { Sample } from '../samples.ts'

const tags = { study: '0020000D', series: '0020000E', instance: '00080018' } as const

type Level = Query['level']

/** The UIDs of the level that matches tell, sorted. */
async function found(bench: Bench, query: Query): Promise<string[]> {
  const uids: string[] = []
  for await (const match of bench.store.search(query)) {
    const [uid] = match[tags[query.level]]?.Value ?? []
    assert.ok(typeof uid === 'string', `a match tells no UID of its ${query.level}`)
    uids.push(uid)
  }
  return uids.sort()
}

function uidOf({ image }: Sample, level: Level): string {
  assert.ok(image !== undefined)
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
  return { study: studyInstanceUID, series: seriesInstanceUID, instance: sopInstanceUID }[level]
}

const uidsOf = (samples: readonly Sample[], level: Level) =>
  [...new Set(samples.map((sample) => uidOf(sample, level)))].sort()

/** Two studies of two series of three images. */
async function planted(bench: Bench): Promise<{ readonly samples: readonly Sample[]; readonly first: Sample }> {
  const samples = await bench.plantImages({ studies: 2, series: 2, slices: 3 })
  const [first] = samples
  assert.ok(first !== undefined)
  return { samples, first }
}

async function levels(bench: Bench): Promise<void> {
  const { samples } = await planted(bench)
  for (const level of ['study', 'series', 'instance'] as const) {
    assert.deepEqual(await found(bench, { level }), uidsOf(samples, level), `all that is found of ${level}`)
  }
}

async function within(bench: Bench): Promise<void> {
  const { samples, first } = await planted(bench)
  const [study, series] = [uidOf(first, 'study'), uidOf(first, 'series')]
  const ofStudy = samples.filter((sample) => uidOf(sample, 'study') === study)
  const ofSeries = samples.filter((sample) => uidOf(sample, 'series') === series)
  assert.deepEqual(await found(bench, { level: 'series', study }), uidsOf(ofStudy, 'series'))
  assert.deepEqual(await found(bench, { level: 'instance', study, series }), uidsOf(ofSeries, 'instance'))
}

async function keys(bench: Bench): Promise<void> {
  const { samples, first } = await planted(bench)
  const study = uidOf(first, 'study')
  assert.deepEqual(await found(bench, { level: 'study', match: { StudyInstanceUID: study } }), [study])
  assert.deepEqual(
    await found(bench, { level: 'study', match: { [tags.study]: study } }),
    [study],
    'a key that is a tag',
  )
  const two = uidsOf(samples, 'series').slice(0, 2)
  const listed = { level: 'series', match: { SeriesInstanceUID: two.join(',') } } as const
  assert.deepEqual(await found(bench, listed), two, 'a list of UIDs')
}

async function limited(bench: Bench): Promise<void> {
  await planted(bench)
  for (const limit of [1, 5]) {
    assert.equal((await found(bench, { level: 'instance', limit })).length, limit)
  }
  assert.equal((await found(bench, { level: 'study', limit: 100 })).length, 2)
}

async function many(bench: Bench): Promise<void> {
  const samples = await bench.plantImages({ slices: 130, size: 4 })
  assert.deepEqual(await found(bench, { level: 'instance' }), uidsOf(samples, 'instance'), 'each once')
}

async function nothing(bench: Bench): Promise<void> {
  assert.deepEqual(await found(bench, { level: 'study' }), [], 'of an empty store')
  await planted(bench)
  assert.deepEqual(await found(bench, { level: 'study', match: { StudyInstanceUID: '1.2.3.4.5.6.7.8' } }), [])
  assert.deepEqual(await found(bench, { level: 'instance', study: '1.2.3.4.5.6.7.8' }), [])
}

export const queryingCases = group('searching', ({ query, layout }) => query === true && layout !== undefined, [
  ['finds studies, series and images', levels],
  ['finds what is within a study, and a series', within],
  ['finds by keys: keywords, tags, and lists of UIDs', keys],
  ['finds no more than it was asked for', limited],
  ['finds many, each once', many],
  ['finds nothing where nothing matches', nothing],
])
