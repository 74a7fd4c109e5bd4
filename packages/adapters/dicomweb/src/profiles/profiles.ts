import type { QueryLevel } from '@gantry/core/driver'

import type { Profile, ProfileName, SearchProfile } from './profile.ts'

const GB = 1_000_000_000

/** A page of these is some megabytes at most; more would have to be held while they are looked at. */
const pages: Readonly<Record<QueryLevel, number>> = { study: 1000, series: 1000, instance: 1000 }

const anySearch: SearchProfile = {
  pageSize: pages,
  shortPageEnds: false,
  wildcards: true,
  ranges: 'all',
  uidLists: true,
  fuzzy: false,
  unicodeNames: true,
  sequences: true,
  strict: false,
  includesAll: true,
}

/** Every kind of service that is known answers in JSON, and Orthanc complains of a list; others may have nothing but XML. */
const json = 'application/dicom+json'
const jsonOrXml = `${json}, application/dicom+xml;q=0.8`

const generic: Profile = {
  name: 'generic',
  search: anySearch,
  retrieve: {
    levels: ['study', 'series', 'instance', 'frame'],
    bare: false,
    fanOut: 16,
  },
  store: { maxEntries: 100, maxBytes: GB, accept: jsonOrXml },
  removes: [],
  forbiddenMayBeMissing: false,
}

const googleStudy = ['0020000D', '00100010', '00100020', '00080050', '00080090', '00080020']
const googleSeries = [...googleStudy, '0020000E', '00080060']

/** Cloud Healthcare API, by its conformance statement and quotas. */
const google: Profile = {
  name: 'google',
  search: {
    // Up to 5,000 studies or series and 50,000 instances are allowed.
    pageSize: { study: 1000, series: 1000, instance: 5000 },
    shortPageEnds: true,
    reach: 1_000_000,
    keys: { study: googleStudy, series: googleSeries, instance: [...googleSeries, '00080018'] },
    wildcards: false,
    ranges: 'study-date',
    uidLists: false,
    fuzzy: true,
    unicodeNames: true,
    sequences: false,
    strict: true,
    includesAll: true,
  },
  retrieve: { ...generic.retrieve, fanOut: 50 },
  store: { maxEntries: 500, maxBytes: 4 * GB, accept: json },
  removes: ['study', 'series', 'instance'],
  forbiddenMayBeMissing: true,
  roles: { read: 'roles/healthcare.dicomViewer', write: 'roles/healthcare.dicomEditor' },
}

/** Orthanc with its DICOMweb plugin, as measured: it passes over whatever it does not know. */
const orthanc: Profile = {
  ...generic,
  name: 'orthanc',
  search: { ...anySearch, unicodeNames: false, sequences: false, includesAll: false },
  retrieve: { ...generic.retrieve, fanOut: 8 },
  store: { ...generic.store, accept: json },
}

const dcm4chee: Profile = {
  ...generic,
  name: 'dcm4chee',
  search: { ...anySearch, shortPageEnds: true, fuzzy: true },
  store: { ...generic.store, accept: json },
  removes: ['study', 'series', 'instance'],
}

const azure: Profile = {
  ...generic,
  name: 'azure',
  search: {
    ...anySearch,
    pageSize: { study: 200, series: 200, instance: 200 },
    shortPageEnds: true,
    wildcards: false,
    uidLists: false,
    fuzzy: true,
    sequences: false,
    strict: true,
  },
  retrieve: { ...generic.retrieve, fanOut: 32 },
  store: { maxEntries: 100, maxBytes: 4 * GB, accept: json },
  removes: ['study', 'series', 'instance'],
  roles: { read: 'DICOM Data Reader', write: 'DICOM Data Owner' },
}

const aws: Profile = {
  ...generic,
  name: 'aws',
  search: {
    ...anySearch,
    pageSize: { study: 100, series: 100, instance: 100 },
    reach: 10_000,
    wildcards: false,
    uidLists: false,
    sequences: false,
  },
  retrieve: { ...generic.retrieve, levels: ['instance', 'frame'], bare: true, fanOut: 16 },
  store: { maxEntries: 100, maxBytes: GB, accept: json },
}

export const profiles: Readonly<Record<ProfileName, Profile>> = { generic, google, orthanc, dcm4chee, azure, aws }
