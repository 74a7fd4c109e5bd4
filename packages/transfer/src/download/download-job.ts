import { asGantryError, GantryError, type Hashing, type Store } from '@gantry/core'

import { Watchdog } from '../runner/watchdog.ts'
import { BegunWork } from './begun-work.ts'
import {
  type DownloadComplete,
  type DownloadedSeries,
  DownloadEmitter,
  type DownloadFailure,
  type DownloadNotice,
  type DownloadProgress,
  type ExtractedSeries,
  type SavedFile,
} from './download-events.ts'
import { dropAllParts, type KeptParts } from './kept-parts.ts'
import { type DownloadPlan, planDownload, type PlannedSeries, urlOf } from './plan-download.ts'
import { SeriesDownload } from './series-download.ts'
import { sweepTemporary } from './sweep-temporary.ts'
import { type ZipSink, zipStudy } from './zip-study.ts'

/** `idle` before `start`. */
export type DownloadState = 'idle' | 'running' | 'paused' | 'completed' | 'aborted'

export interface DownloadResult extends DownloadComplete {
  /** `completed` also when something failed: see `complete` and `errors`. */
  readonly state: Exclude<DownloadState, 'idle' | 'running'>
}

/** What a job works with. */
export interface DownloadContext {
  readonly store: Store
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly concurrency: number
  readonly stall: number
  readonly verify: boolean
  readonly partSize: number
  /** Of whoever asked for the job: pauses it. */
  readonly pausedBy: AbortSignal | undefined
  /** `true`: into the directory. */
  readonly zip: boolean | ZipSink
}

/**
 * A download of studies. Every run looks at what is in the directory and fetches what is missing, so that it makes no
 * difference whether a job was paused, or its page closed and another begun.
 */
export class DownloadJob {
  readonly #studies: readonly string[]
  readonly #context: DownloadContext
  readonly #events = new DownloadEmitter()
  readonly #kept: KeptParts = new Map()
  readonly #watchdog: Watchdog
  /** Files of the directory that turned out to be others: the next run reads them before it counts them. What came anew is none. */
  readonly #doubted = new Set<string>()
  #state: DownloadState = 'idle'
  #controller = new AbortController()
  #running: Promise<DownloadResult> | undefined
  /** What a run that is being stopped becomes. */
  #stop: 'paused' | 'aborted' | undefined
  /** Started while it was being paused, and not paused since. */
  #again = false

  constructor(studies: readonly string[], context: DownloadContext) {
    this.#studies = studies
    this.#context = context
    this.#watchdog = new Watchdog(context.stall)
    this.#events.on('save', ({ file }) => void this.#doubted.delete(file))
  }

  get state(): DownloadState {
    return this.#state
  }

  /** Downloads until all is there, or has failed, or the job is stopped. Rejects with `invalid` after `abort`, never for what fails on the way. */
  start(): Promise<DownloadResult> {
    if (this.#state === 'aborted') {
      return Promise.reject(new GantryError('invalid', 'The download was aborted: begin another.'))
    }
    // What is being paused comes to its end first; the last word counts.
    if (this.#running !== undefined && this.#stop === 'paused') {
      this.#again = true
      return this.#running.then((result) => (this.#again ? this.start() : result))
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Goes on after `pause`; rejects as `start` does. */
  async resume(): Promise<DownloadResult> {
    return await this.start()
  }

  /** Tries again what failed; rejects as `start` does. */
  async retry(): Promise<DownloadResult> {
    return await this.start()
  }

  /** Stops what moves; whole files stay, and parts of large ones. Resolves when nothing moves any more. */
  async pause(): Promise<void> {
    await this.#halt('paused')
  }

  /** Stops for good. Nothing half-written is left; whole files stay. */
  async abort(): Promise<void> {
    await this.#halt('aborted')
    this.#state = 'aborted'
    await dropAllParts(this.#context.directory, this.#kept, this.#watchdog)
  }

  onProgress(listener: (event: DownloadProgress) => void): () => void {
    return this.#events.on('progress', listener)
  }

  onDownload(listener: (event: DownloadedSeries) => void): () => void {
    return this.#events.on('download', listener)
  }

  onExtract(listener: (event: ExtractedSeries) => void): () => void {
    return this.#events.on('extract', listener)
  }

  onSave(listener: (event: SavedFile) => void): () => void {
    return this.#events.on('save', listener)
  }

  /** At the end of a run that was not paused; says truthfully whether all is there. */
  onComplete(listener: (event: DownloadComplete) => void): () => void {
    return this.#events.on('complete', listener)
  }

  onError(listener: (event: DownloadFailure) => void): () => void {
    return this.#events.on('error', listener)
  }

  /** Told by the store as it is listed: once for each in a run. */
  onTrouble(listener: (event: DownloadNotice) => void): () => void {
    return this.#events.on('trouble', listener)
  }

  async #halt(stop: 'paused' | 'aborted'): Promise<void> {
    this.#again = false
    if (this.#running === undefined) return
    this.#interrupt(stop)
    await this.#running
  }

  #interrupt(stop: 'paused' | 'aborted'): void {
    // An abort is not undone by a pause that comes behind it.
    if (this.#stop !== 'aborted') this.#stop = stop
    this.#controller.abort()
  }

  async #run(): Promise<DownloadResult> {
    this.#state = 'running'
    this.#stop = undefined
    this.#controller = new AbortController()
    const { signal } = this.#controller
    const { pausedBy } = this.#context
    const pause = () => this.#interrupt('paused')
    pausedBy?.addEventListener('abort', pause)
    if (pausedBy?.aborted === true) pause()
    const errors: DownloadFailure[] = []
    const fail = (failure: DownloadFailure) => {
      errors.push(failure)
      this.#events.emit('error', failure)
    }
    const downloads: SeriesDownload[] = []
    try {
      const untold = await this.#download(downloads, signal, fail)
      const whole = downloads.filter(({ asked }) => !untold.has(asked))
      if (!signal.aborted) await this.#zip(whole, signal, fail)
    } catch (error) {
      if (!signal.aborted) fail({ error: asGantryError(error) })
    } finally {
      pausedBy?.removeEventListener('abort', pause)
    }
    const state = this.#ending()
    const inOrder = downloads.toSorted((a, b) => (a.url < b.url ? -1 : 1))
    const files = inOrder.flatMap((one) => one.files)
    const complete = state === 'completed' && errors.length === 0
    this.#state = state
    if (state !== 'paused') this.#events.emit('complete', { complete, files, errors })
    return { state, complete, files, errors }
  }

  #ending(): DownloadResult['state'] {
    return this.#stop ?? 'completed'
  }

  /** Begins with each series as soon as it is known; answers the studies of which something could not be listed. */
  async #download(
    downloads: SeriesDownload[],
    signal: AbortSignal,
    fail: (failure: DownloadFailure) => void,
  ): Promise<Set<string>> {
    const { store, concurrency } = this.#context
    const context = { ...this.#context, signal, watchdog: this.#watchdog, events: this.#events, kept: this.#kept }
    const runs = new BegunWork(concurrency, signal)
    const begin = (series: PlannedSeries) => {
      const download = new SeriesDownload(series)
      downloads.push(download)
      runs.begin(async () => {
        for (const failure of await download.run(context)) fail(failure)
      })
    }
    let errors: DownloadPlan['errors']
    try {
      ;({ errors } = await planDownload(
        this.#studies,
        { ...context, doubted: this.#doubted, noticed: (notice) => this.#events.emit('trouble', notice) },
        begin,
      ))
      for (const study of new Set(downloads.map((one) => one.study))) {
        runs.begin(async () => await sweepTemporary(context.directory, study, context))
      }
      for (const { studyInstanceUID, seriesInstanceUID, error } of errors) {
        fail({ url: urlOf(store, studyInstanceUID, seriesInstanceUID), error })
      }
    } finally {
      // Whatever becomes of the plan, nothing moves any more when this ends.
      await runs.settled()
    }
    return new Set(errors.map(({ studyInstanceUID }) => studyInstanceUID))
  }

  /** Studies of which all is there: a zip with holes would be taken for the study. */
  async #zip(
    downloads: readonly SeriesDownload[],
    signal: AbortSignal,
    fail: (failure: DownloadFailure) => void,
  ): Promise<void> {
    const { zip, directory, hashing, store } = this.#context
    if (zip === false) return
    const sink = zip === true ? undefined : zip
    for (const [study, ofStudy] of Map.groupBy(downloads, (download) => download.study)) {
      if (signal.aborted) return
      if (!ofStudy.every((download) => download.whole)) continue
      const url = urlOf(store, study)
      try {
        const files = ofStudy.flatMap((download) => download.saved)
        const onWrong = (wrong: string) => {
          this.#doubted.add(wrong)
          for (const download of ofStudy) download.drop(wrong)
        }
        const watchdog = this.#watchdog
        const { file } = await zipStudy(study, files, { directory, hashing, onWrong, sink, signal, watchdog })
        this.#events.emit('save', { url, file })
      } catch (error) {
        if (!signal.aborted) fail({ url, file: `${study}.zip`, error: asGantryError(error) })
      }
    }
  }
}
