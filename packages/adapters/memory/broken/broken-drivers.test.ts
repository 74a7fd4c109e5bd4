import { conformanceCases, runCase } from '@gantry/testkit'
import { describe, expect, test } from 'vitest'

import { type Breaking, harness } from './breaking.ts'
import { brokenLists } from './broken-lists.ts'
import { brokenParcels } from './broken-parcels.ts'
import { brokenReads } from './broken-reads.ts'
import { brokenTakes } from './broken-takes.ts'
import { brokenTellings } from './broken-tellings.ts'
import { brokenUploads } from './broken-uploads.ts'
import { brokenWrites } from './broken-writes.ts'

// The suite must catch what it is there for: each of these drivers has one defect, and the named test must fail. They
// are here and not in the testkit because they are made of the memory store.
const broken = [
  ...brokenTellings,
  ...brokenWrites,
  ...brokenReads,
  ...brokenLists,
  ...brokenUploads,
  ...brokenParcels,
  ...brokenTakes,
]

async function outcome(caughtBy: string, breaking: Breaking): Promise<'kept' | 'broken'> {
  const { abilities } = harness(breaking).driver
  const found = conformanceCases(abilities).find(({ name }) => name === caughtBy)
  if (found === undefined) throw new Error(`There is no test "${caughtBy}".`)
  let skipped: string | undefined
  try {
    skipped = await runCase(found, async () => harness(breaking))
  } catch {
    return 'broken'
  }
  if (skipped !== undefined) throw new Error(`The test was skipped: ${skipped}.`)
  return 'kept'
}

describe('the conformance suite catches a driver with', () => {
  test.each(broken)('%s: "%s"', async (_defect, caughtBy, breaking) => {
    expect(await outcome(caughtBy, breaking)).toBe('broken')
  })
})

const sound: Breaking = () => ({})

test('no promise seems broken where nothing is', async () => {
  const { abilities } = harness(sound).driver
  const tried = new Set(broken.map(([, name]) => name))
  for (const { name, group } of conformanceCases(abilities)) {
    // Those of retention wait for it to end; the memory store's own tests run them.
    if (!tried.has(name) || group === 'retention') continue
    expect([name, await outcome(name, sound)]).toEqual([name, 'kept'])
  }
})
