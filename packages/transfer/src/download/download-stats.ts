import type { GantryError } from '@gantry/core'

import type { DownloadNotice } from './download-events.ts'

/** A study or a series that is not what was asked for. */
export interface DownloadTrouble {
  readonly studyInstanceUID: string
  /** Absent where it concerns all of the study. */
  readonly seriesInstanceUID?: string
  readonly error: GantryError
}

export interface SeriesStats {
  /** Names the series in events: the store's URL with the series' place. */
  readonly url: string
  readonly studyInstanceUID: string
  readonly seriesInstanceUID: string
  readonly instances: number
  readonly savedInstances: number
  readonly sizeBytes: number
  readonly savedSizeBytes: number
}

/** What the store has of some studies, and what of that is in the directory: as of the call, never added up. */
export interface DownloadStats {
  readonly totalSeriesCount: number
  /** Series of which every instance is in the directory. */
  readonly totalSavedSeriesCount: number
  /** Including what is saved. */
  readonly totalSizeBytes: number
  readonly totalSavedSizeBytes: number
  readonly series: readonly SeriesStats[]
  /** URLs of all instances, saved ones included. */
  readonly items: readonly string[]
  /** What could not be read; the totals are of the others. */
  readonly errors: readonly DownloadTrouble[]
  /** What the store told of that somebody should look at, as `onTrouble` of a job. */
  readonly notices: readonly DownloadNotice[]
}
