import { type CallOptions, type DicomJson, type Query, type QueryLevel, toCall } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { search } from './search.ts'

/** A query but for its level, which the call has. */
export interface SearchOptions extends Omit<Query, 'level'>, CallOptions {}

/** What a viewer searches for (PS3.18 10.6): matches in the DICOM JSON model, page by page, as they are asked for. */
export interface Searching {
  searchForStudies(query?: SearchOptions): AsyncIterableIterator<DicomJson>
  searchForSeries(query?: SearchOptions): AsyncIterableIterator<DicomJson>
  searchForInstances(query?: SearchOptions): AsyncIterableIterator<DicomJson>
}

export function searchingOf(service: Service): Searching {
  const searchFor = (level: QueryLevel, options: SearchOptions = {}) =>
    search(service, { ...options, level }, toCall(options))
  return {
    searchForStudies: (options) => searchFor('study', options),
    searchForSeries: (options) => searchFor('series', options),
    searchForInstances: (options) => searchFor('instance', options),
  }
}
