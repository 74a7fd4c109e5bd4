import { type ErrorCode, GantryError, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { nodeHashing, type Transform } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { status } from './control.ts'
import { describeFleet, patience } from './testing/describe-fleet.ts'
import { contentsOf, fillStudies } from './testing/fleet-rig.ts'
import type { FleetWorkerOptions } from './worker/fleet-worker.ts'

function nowhere(): Store {
  const digests = { algorithms: ['sha256'], hashing: nodeHashing } as const
  return new Store(memory({ contents: new MemoryContents(), digests }))
}

/** As what takes nothing of this worker's. */
function denying(): Store {
  const driver = memory({ contents: new MemoryContents(), digests: { algorithms: ['sha256'], hashing: nodeHashing } })
  const deny = () => Promise.reject(new GantryError('permission_denied', 'It is not yours.'))
  const resumable = { ...driver.resumable, begin: deny }
  return new Store(Object.assign(driver, { write: deny, resumable }))
}

const passing: Transform = { name: 'passing', apply: (_entry, body) => body }

function refusing(code: ErrorCode): Transform {
  const apply = () => {
    throw new GantryError(code, 'The login has run out, or the disk is full.')
  }
  return { ...passing, apply }
}

describeFleet('a worker that cannot open a run, its queue in %s', ({ rig }) => {
  const unknown: FleetWorkerOptions['prepare'] = () =>
    Promise.reject(new GantryError('not_found', 'There is no /home/Quellmalz.', { store: 'pacs' }))

  test.each([
    ['has no such remote', { code: 'not_found', store: 'pacs' }, () => ({ prepare: unknown })],
    [
      'sees an empty folder where the source is',
      { code: 'not_found', store: 'memory' },
      () => ({ prepared: { from: nowhere(), transforms: [passing] } }),
    ],
    [
      'has no credential that is valid',
      { code: 'unauthenticated' },
      () => ({ prepared: { transforms: [refusing('unauthenticated')] } }),
    ],
    [
      'may write nothing at its destination',
      { code: 'permission_denied', store: 'memory' },
      () => ({ prepared: { to: denying(), transforms: [passing] } }),
    ],
    [
      'has a destination that takes no writes',
      { code: 'read_only', store: 'memory' },
      () => ({ prepared: { transforms: [refusing('read_only')] } }),
    ],
  ] as const)('leaves its parts to others, uncounted, where it %s', async (_name, told, misconfigured) => {
    const made = await rig()
    await fillStudies(made.from.store, 6, 2)
    const transforms = [passing.name]
    const { run } = await made.submit({ job: { ...made.job, transforms } })
    const { stop } = made.work(misconfigured())
    const notOpened = () => made.lines.filter(({ type }) => type === 'run')
    await expect.poll(notOpened, patience).toMatchObject([{ run, outcome: 'not opened', ...told }])
    expect((await status(made.fleet, run)).runs).toMatchObject([{ parts: { queued: 6, failed: 0 }, repeated: 0 }])
    made.work({ prepared: { transforms: [passing] } })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(6)
    expect((await status(made.fleet, run)).runs).toMatchObject([{ repeated: 0 }])
    await stop()
    expect(notOpened()).toHaveLength(1)
    expect(made.lines).not.toContainEqual(expect.objectContaining({ outcome: 'dead' }))
    expect(made.lines.filter(({ type }) => type === 'part').every(({ attempt }) => attempt === 1)).toBe(true)
    expect(JSON.stringify(made.lines)).not.toContain('Quellmalz')
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })
})
