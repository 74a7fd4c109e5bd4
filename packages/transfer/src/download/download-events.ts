import type { GantryError } from '@gantry/core'

/** Bytes of a series as they come. `url` names the series, as in `SeriesStats`. */
export interface DownloadProgress {
  readonly url: string
  /** Bytes of this event: to be added up. What has to be fetched again counts again. */
  readonly bytesDownloaded: number
  /** Of the whole series. */
  readonly bytesTotal: number
  /** Of the series, in the directory: in whole files, and in parts of large ones that are gone on with. */
  readonly bytesSaved: number
}

/** All bytes of a series have come. */
export interface DownloadedSeries {
  readonly url: string
  readonly size: number
  /** The folder that they are in, in the directory. */
  readonly file: string
}

/** All files of a series are whole. They are named, not held: a series may be larger than the memory. */
export interface ExtractedSeries {
  readonly url: string
  readonly size: number
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

/** A file is in the directory, whole and compared with what the store tells of it; or the zip of a study is. */
export interface SavedFile {
  readonly url: string
  readonly file: string
}

/** The download ended. */
export interface DownloadComplete {
  /** Whether everything that was asked for is in the directory. */
  readonly complete: boolean
  /** All that are, in the directory: also those that were before. */
  readonly files: readonly string[]
  /** What failed: `retry` tries it again. */
  readonly errors: readonly DownloadFailure[]
}

export interface DownloadFailure {
  /** Of the series, or of the study. */
  readonly url?: string
  /** The file that is missing, where it is one. */
  readonly file?: string
  readonly size?: number
  readonly error: GantryError
}

/**
 * What somebody should look at in the store, whether it keeps something from coming or not: a lock, a report of a writer that
 * failed, a series that is on its way. What keeps something that is there from coming is an error as well.
 */
export interface DownloadNotice {
  /** Of the series, or of the study. */
  readonly url: string
  /** As the store names it. */
  readonly studyInstanceUID: string
  /** Absent where it concerns all of the study. */
  readonly seriesInstanceUID?: string
  /** As the store calls it, such as `locked`. */
  readonly kind: string
  /** What reading it fails with; absent where it can be read. */
  readonly error?: GantryError
}

export interface DownloadEvents {
  readonly progress: DownloadProgress
  readonly download: DownloadedSeries
  readonly extract: ExtractedSeries
  readonly save: SavedFile
  readonly complete: DownloadComplete
  readonly error: DownloadFailure
  readonly trouble: DownloadNotice
}

type Listeners = { [Type in keyof DownloadEvents]: Set<(event: DownloadEvents[Type]) => void> }

/** Tells events. A listener's own defect is none of the download's: it is thrown where nobody waits for it. */
export class DownloadEmitter {
  readonly #listeners: Listeners = {
    progress: new Set(),
    download: new Set(),
    extract: new Set(),
    save: new Set(),
    complete: new Set(),
    error: new Set(),
    trouble: new Set(),
  }

  on<Type extends keyof DownloadEvents>(type: Type, listener: (event: DownloadEvents[Type]) => void): () => void {
    const own = (event: DownloadEvents[Type]) => listener(event)
    this.#listeners[type].add(own)
    return () => void this.#listeners[type].delete(own)
  }

  emit<Type extends keyof DownloadEvents>(type: Type, event: DownloadEvents[Type]): void {
    for (const listener of this.#listeners[type]) {
      try {
        listener(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
