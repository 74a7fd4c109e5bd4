/** A line of a worker's log: kinds, codes, counts and the queue's own names, which name no study and no patient. */
export type WorkerLine = Readonly<Record<string, string | number | undefined>> & { readonly type: string }

export type WorkerLog = (line: WorkerLine) => void
