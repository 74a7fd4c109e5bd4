import { describe, expect, test } from 'vitest'

import { detectProfile } from './detect-profile.ts'
import { profileNames } from './profile.ts'
import { profiles } from './profiles.ts'

const some = 'https://pacs.example.org/dicom-web'
const google =
  'https://healthcare.googleapis.com/v1/projects/p/locations/europe-west1/datasets/d/dicomStores/s/dicomWeb'

describe('a service is told', () => {
  test.each([
    [google, 'google'],
    [google.replace('healthcare.googleapis.com', '127.0.0.1:8080').replace('https:', 'http:'), 'google'],
    ['https://work-imaging.dicom.azurehealthcareapis.com/v2', 'azure'],
    ['https://dicom-medical-imaging.us-east-1.amazonaws.com/datastore/0123456789abcdef', 'aws'],
    ['https://pacs.example.org/dcm4chee-arc/aets/DCM4CHEE/rs', 'dcm4chee'],
    [some, undefined],
  ])('by its URL: %s', (root, name) => {
    expect(detectProfile({ root })).toBe(name)
  })

  test.each([
    ['server', 'Orthanc 1.12.4', 'orthanc'],
    ['x-ms-correlation-id', '0', 'azure'],
    ['x-amzn-requestid', '0', 'aws'],
    ['server', 'nginx', undefined],
  ])('by its headers: %s: %s', (name, value, expected) => {
    expect(detectProfile({ root: some, header: (asked) => (asked === name ? value : undefined) })).toBe(expected)
  })

  test('by what it refuses with', () => {
    expect(detectProfile({ root: some, body: '{"HttpStatus":400,"OrthancStatus" : 8}' })).toBe('orthanc')
    expect(detectProfile({ root: some, body: '{}' })).toBeUndefined()
  })
})

test.each(profileNames)('%s is of that name, and asks for pages', (name) => {
  const { search, store } = profiles[name]
  expect(profiles[name].name).toBe(name)
  for (const size of Object.values(search.pageSize)) expect(size).toBeGreaterThan(0)
  expect(store.maxBytes).toBeGreaterThan(0)
})
