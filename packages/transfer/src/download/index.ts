// Free of Node: also for browsers.
export {
  createDownload,
  type CreateDownloadOptions,
  type Download,
  type DownloadOptions,
  type StatsOptions,
} from './create-download.ts'
export {
  type DownloadComplete,
  type DownloadedSeries,
  type DownloadFailure,
  type DownloadNotice,
  type DownloadProgress,
  type ExtractedSeries,
  type SavedFile,
} from './download-events.ts'
export { type DownloadContext, type DownloadJob, type DownloadResult, type DownloadState } from './download-job.ts'
export { type DownloadStats, type DownloadTrouble, type SeriesStats } from './download-stats.ts'
export { type DownloadBucket, type DownloadBucketInput, parseBucket } from './parse-bucket.ts'
export { type ZipSink } from './zip-study.ts'
