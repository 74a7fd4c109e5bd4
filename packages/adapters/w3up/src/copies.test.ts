import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { generateIdentity } from '@gantry/age'
import { bytesOf, Store } from '@gantry/core'
import { identifying } from '@gantry/dicom'
import { fs } from '@gantry/fs'
import { writePhantom } from '@gantry/testkit/phantom'
import { createJobSpec, memoryJournal, nodeHashing, openJob } from '@gantry/transfer'
import { afterAll, expect, test } from 'vitest'

import { car } from './index.ts'
import { all, contentsOf, pathsOf } from './testing/parcels.ts'

const folder = mkdtempSync(join(tmpdir(), 'car-copy-'))
afterAll(async () => await rm(folder, { recursive: true }))

async function copy(from: Store, to: Store) {
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, verify: true }))
  const job = await openJob({ from, to, journal, identify: identifying() })
  return await job.run()
}

test(
  'studies are copied from a folder into an archive and back, and a second time nothing is sent',
  { timeout: 120_000 },
  async () => {
    await writePhantom(join(folder, 'source'), { size: 64, slices: 12, series: 2, studies: 2 })
    const source = new Store(fs({ root: join(folder, 'source') }))
    const given = new Store(fs({ root: join(folder, 'archive') }))
    const options = { ageSecretKey: await generateIdentity(), shardSize: 100_000, hashing: nodeHashing }
    const archive = () => new Store(car(given, options))

    expect(await copy(source, archive())).toMatchObject({
      phase: 'completed',
      unverified: 0,
      progress: { done: { entries: 48 } },
    })
    expect(await pathsOf(given, 'units')).toHaveLength(2)
    expect(await pathsOf(given, 'keys')).toHaveLength(2)
    expect(await pathsOf(given, 'journal')).toEqual([])
    expect(await all(car(given, options).check())).toMatchObject([{ errors: 0 }, { errors: 0 }])

    const before = await pathsOf(given)
    expect(await copy(source, archive())).toMatchObject({ phase: 'completed', progress: { skipped: { entries: 48 } } })
    expect(await pathsOf(given)).toEqual(before)

    const [unit = ''] = await pathsOf(given, 'units')
    await given.write({ path: unit, size: 6 }, bytesOf(new TextEncoder().encode('{"half')))
    // What a damaged record held is sent again, what another one holds is not.
    expect(await copy(source, archive())).toMatchObject({
      phase: 'completed',
      progress: { done: { entries: 24 }, skipped: { entries: 24 }, failed: { entries: 0 } },
    })
    await given.remove(unit)

    const back = new Store(fs({ root: join(folder, 'back') }))
    expect(await copy(archive(), back)).toMatchObject({
      phase: 'completed',
      unverified: 0,
      progress: { done: { entries: 48 } },
    })
    expect(await contentsOf(fs({ root: join(folder, 'back') }))).toEqual(
      await contentsOf(fs({ root: join(folder, 'source') })),
    )
  },
)
