import { describe, expect, test } from 'vitest'

import { jobSpecSchema } from './job-spec.ts'

const least = { version: 1, id: 'job-1', created: 1_700_000_000_000, from: '/a', to: 's3://b', selection: {} } as const

test('what is left out has a default', () => {
  expect(jobSpecSchema.parse(least)).toEqual({
    ...least,
    existing: 'update',
    verify: false,
    concurrency: 'auto',
    transforms: [],
  })
})

test('a spec survives JSON, which is how a journal keeps it', () => {
  const spec = jobSpecSchema.parse({
    ...least,
    selection: { modalities: ['CT'], since: '2024-01-01' },
    layout: '{PatientID}/{SOPInstanceUID}.dcm',
    existing: 'keep',
    verify: true,
    concurrency: 8,
    bandwidth: 1e6,
    transforms: ['deidentify'],
  })
  expect(jobSpecSchema.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec)
})

describe('refused is', () => {
  test.each<[string, object]>([
    ['another version', { version: 2 }],
    ['an id that could be a path', { id: '../job' }],
    ['an id too short to be one', { id: 'a' }],
    ['a time that is none', { created: Number.NaN }],
    ['an unknown policy', { existing: 'maybe' }],
    ['no entries at a time', { concurrency: 0 }],
    ['half an entry at a time', { concurrency: 1.5 }],
    ['no bandwidth', { bandwidth: 0 }],
    ['a wrong selection', { selection: { since: 'yesterday' } }],
    ['what is not known, which could be a credential', { token: 'x' }],
  ])('%s', (_name, wrong) => {
    expect(jobSpecSchema.safeParse({ ...least, ...wrong }).success).toBe(false)
  })
})
