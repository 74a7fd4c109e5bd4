import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { serveBackend } from './backends/dicomweb.ts'
import { Bench } from './cell/bench.ts'
import { runGantry } from './cell/command.ts'
import { environment } from './cell/place.ts'

test(
  'a bit that flips on its way from a service without digests: nothing is called verified, and verify finds it',
  { timeout: 300_000 },
  async () => {
    const bench = await Bench.open(serveBackend, 5)
    onTestFinished(async () => await bench.close())
    const { place } = await bench.seeded()
    const folder = await bench.newFolder()
    const env = await environment(folder, place)
    const words = ['there:', join(folder, 'local'), ...(place.words?.down ?? [])]
    bench.network.set([{ match: bench.data('down'), times: 1, fault: { kind: 'corrupt', direction: 'down' } }])
    const copied = await runGantry(['copy', ...words], env)
    expect(bench.network.injected).toBe(1)
    expect(copied.code).toBe(0)
    const done = copied.lines.filter(({ type }) => type === 'entry:done')
    expect(done.map(({ verified }) => verified)).toEqual(Array.from({ length: 8 }, () => false))
    bench.network.set([])
    const verified = await runGantry(['verify', ...words], env)
    expect(verified.code).toBe(1)
    const outcomes = verified.lines.filter(({ type }) => type === 'entry').map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'different')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'same')).toHaveLength(7)
  },
)
