import type { JobsOptions } from 'bullmq'

/** Of a part: eight attempts, further and further apart, each at a time of its own. */
export const partOptions: JobsOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 2000, jitter: 0.5 },
  // What is done stands in the ledger; what failed stays to be looked at.
  removeOnComplete: true,
  removeOnFail: { count: 100_000 },
  // Its study is ended all the same, as one that failed.
  ignoreDependencyOnFailure: true,
  // Traces name files of the machine, and messages of others anything at all.
  stackTraceLimit: 0,
}

/** Of a study's own job, which only looks what became of its parts: it goes on as long as there is a ledger. */
export const studyOptions: JobsOptions = {
  attempts: 100,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: { count: 100_000 },
  stackTraceLimit: 0,
}

/**
 * Of workers. A process that dies is noticed when its lock runs out, by a check three times in that time; a part may lose as
 * many of them as this.
 */
export const workerOptions = {
  lockDuration: 30_000,
  maxStalledCount: 5,
  // Between looks for a server that is away. Who is stopped meanwhile waits for that.
  runRetryDelay: 2000,
} as const
