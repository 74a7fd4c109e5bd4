const tails = new Map<string, Promise<unknown>>()

/** Runs work on one file after the other, for all drivers of the process. */
export async function exclusively<Value>(file: string, work: () => Promise<Value>): Promise<Value> {
  const before = tails.get(file)
  const mine = before === undefined ? work() : before.then(work, work)
  tails.set(file, mine)
  try {
    return await mine
  } finally {
    if (tails.get(file) === mine) tails.delete(file)
  }
}
