/** Milliseconds between looks at what other processes ask, at concurrency, and at progress. */
const every = { request: 250, window: 125, progress: 200 }

/** What a job does again and again while it runs; what it returns ends that. */
export function startTimers(tasks: Readonly<Record<keyof typeof every, () => void>>): () => void {
  const timers = (['request', 'window', 'progress'] as const).map((name) => setInterval(tasks[name], every[name]))
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
