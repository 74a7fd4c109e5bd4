import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'

import { compareReceipts } from './compare-receipts.ts'
import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'
import { failing, few, rig, side } from './testing/rig.ts'

async function copied(...made: Parameters<typeof rig>) {
  const bench = await rig(...made)
  await (await bench.open()).run()
  return { ...bench, compare: async () => await all(compareReceipts({ ...stores(bench), journal: bench.journal })) }
}

function stores({ from, to }: Awaited<ReturnType<typeof rig>>) {
  return { from: from.store, to: to.store }
}

const tellsNothing = () => side({}, [])

test('says of each entry what the destination has of it, and notes what is the same', async () => {
  const { to, journal, compare } = await copied({ entries: few(4), to: tellsNothing() })
  expect((await all(journal.receipts())).map(({ verified }) => verified)).toEqual([false, false, false, false])
  await to.direct.remove('1.dcm')
  to.contents.entries.get('2.dcm')?.chunks[0]?.fill(99)
  const broken = new GantryError('integrity', 'The file is damaged.')
  to.driver.script = {
    before({ operation, path }) {
      if (operation === 'read' && path === '3.dcm') throw broken
    },
  }
  const outcomes = (await compare()).map(({ path, outcome }) => [path, outcome])
  expect(outcomes).toEqual([
    ['0.dcm', 'same'],
    ['1.dcm', 'missing'],
    ['2.dcm', 'different'],
    ['3.dcm', 'different'],
  ])
  expect((await all(journal.receipts())).map(({ verified }) => verified)).toEqual([true, false, false, false])
  // It is no run of the job: nothing of it failed.
  expect(await all(journal.failures())).toEqual([])
})

test('goes on when a store was busy for a moment', async () => {
  const { to, compare } = await copied({ entries: few(3), to: tellsNothing() })
  let troubles = 0
  to.driver.script = {
    before({ operation, path }) {
      if (operation !== 'read' || path !== '1.dcm' || troubles > 0) return
      troubles += 1
      throw new GantryError('unavailable', 'Busy.')
    },
  }
  expect((await compare()).map(({ outcome }) => outcome)).toEqual(['same', 'same', 'same'])
  expect(troubles).toBe(1)
})

test('what was there already is compared with the source, and a source that is gone proves nothing', async () => {
  const to = tellsNothing()
  await fill(to.direct, few(2))
  const { from, compare } = await copied({ entries: few(2), from: tellsNothing(), to, spec: { existing: 'update' } })
  await from.direct.remove('1.dcm')
  expect((await compare()).map(({ outcome }) => outcome)).toEqual(['same', 'unknown'])
})

test('of what the destination cannot give nothing is known, and the others are compared', async () => {
  const { to, compare } = await copied({ entries: few(3), to: tellsNothing() })
  to.driver.script = {
    before: ({ operation, path }) => void (operation === 'read' && path === '1.dcm' && failing('unsupported')),
  }
  expect((await compare()).map(({ outcome }) => outcome)).toEqual(['same', 'unknown', 'same'])
})

test('another length is another content, also where no digest tells', async () => {
  const to = side(
    { after: ({ operation, nth }) => void (operation === 'write' && nth === 1 && failing('unavailable')) },
    [],
  )
  const { from, journal, compare } = await copied({ entries: few(1), from: tellsNothing(), to })
  expect(await all(journal.receipts())).toMatchObject([{ digests: {} }])
  await from.direct.remove('0.dcm')
  expect((await compare()).map(({ outcome }) => outcome)).toEqual(['unknown'])
  await fill(to.direct, new Map([['0.dcm', new Uint8Array(999)]]))
  expect((await compare()).map(({ outcome }) => outcome)).toEqual(['different'])
})
