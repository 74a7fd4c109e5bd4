import { SourceFailure, type Taken } from '@gantry/core/driver'
import { describe, expect, test } from 'vitest'

import { GantryError } from '@gantry/core'

import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { failing, few, rig, type Side, side } from './testing/rig.ts'
import { hang, type Script, type ScriptedCall } from './testing/scripted-driver.ts'

const mebibyte = 1024 * 1024
/** Long enough to be worth what a store begins for it. */
const entries = few(3, 5 * mebibyte)

/** A store that takes from others like it. */
function taking(script: Script = {}, digests: Parameters<typeof side>[1] = ['sha256']): Side {
  return side({ taken: (taken) => taken, ...script }, digests)
}

const taken = ({ driver }: Side) => driver.count('take')
const sent = ({ driver }: Side) => driver.count('write') + driver.count('begin')
const firstTake = ({ operation, path, nth }: ScriptedCall) => operation === 'take' && path === '0.dcm' && nth === 1

describe('what a destination takes from the source itself', () => {
  test('is not read or written here, and counts and proves as much', async () => {
    const made = await rig({ entries, from: taking(), to: taking() })
    const { phase, progress, unverified } = await (await made.open()).run()

    expect({ phase, unverified }).toEqual({ phase: 'completed', unverified: 0 })
    expect(progress).toMatchObject({ done: { entries: 3, bytes: 15 * mebibyte }, retries: 0 })
    expect([taken(made.to), sent(made.to), made.from.driver.count('read')]).toEqual([3, 0, 0])
    expect(await made.arrived()).toEqual(namesOf(entries))
    const receipts = await all(made.journal.receipts())
    const told = receipts.map(({ path, digests }) => `${path} ${digests.sha256}`).sort()
    expect(told).toEqual(namesOf(entries))
  })

  test('is little only when a job has moved more than that', async () => {
    const many = few(40, mebibyte)
    const made = await rig({ entries: many, from: taking(), to: taking() })
    await (await made.open()).run()

    expect([taken(made.to), sent(made.to)]).toEqual([9, 31])
    expect(await made.arrived()).toEqual(namesOf(many))
  })

  test('is nothing that passes through a limit or a transform, or that a store cannot take', async () => {
    const limited = await rig({ entries, from: taking(), to: taking(), spec: { bandwidth: 2 ** 40 } })
    await (await limited.open()).run()
    const spec = { transforms: ['as it is'] }
    const changed = await rig({ entries, from: taking(), to: taking(), spec })
    const transform = { name: 'as it is', apply: (_: unknown, body: AsyncIterable<Uint8Array>) => body }
    await (await changed.open({ transforms: [transform] })).run()
    const unable = await rig({ entries, from: taking(), to: side() })
    await (await unable.open()).run()

    for (const made of [limited, changed, unable]) {
      expect([taken(made.to), sent(made.to)]).toEqual([0, 3])
      expect(await made.arrived()).toEqual(namesOf(entries))
    }
  })

  test('is refused by who keeps what exists, if it came meanwhile', async () => {
    const to = taking({
      before: async ({ operation, path }) => {
        if (operation === 'take' && path === '0.dcm') await fill(to.direct, few(1))
      },
    })
    const made = await rig({ entries, from: taking(), to, spec: { existing: 'keep' } })
    const { progress } = await (await made.open()).run()

    expect(progress).toMatchObject({ done: { entries: 2 }, skipped: { entries: 1 }, failed: { entries: 0 } })
    expect(await made.arrived()).toContain(namesOf(few(1))[0])
  })
})

describe('a take that fails', () => {
  test.for(['unavailable', 'timeout', 'integrity'] as const)('is tried again: %s', async (code) => {
    const to = taking({ before: (call) => void (firstTake(call) && failing(code)) })
    const made = await rig({ entries, from: taking(), to })
    const { phase, progress } = await (await made.open()).run()

    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ retries: 1, done: { entries: 3 }, failed: { entries: 0 } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test('is given up when it hangs, and tried again', async () => {
    const to = taking({ before: async (call) => await (firstTake(call) ? hang(call) : undefined) })
    const made = await rig({ entries, from: taking(), to })
    const { progress } = await (await made.open({ stall: 300 })).run()

    expect(progress).toMatchObject({ retries: 1, done: { entries: 3 } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test('is found to have been done, when its answer was lost', async () => {
    const to = taking({ after: (call) => void (firstTake(call) && failing('unavailable')) })
    const made = await rig({ entries, from: taking(), to })
    const { progress } = await (await made.open()).run()

    expect(progress).toMatchObject({ retries: 1, done: { entries: 3 } })
    expect(taken(to)).toBe(3)
  })

  test('ends the job by what the destination failed with, and the entry alone by what the source did', async () => {
    const refused = () => new GantryError('not_found', 'As the script says.')
    const gone = taking({ before: ({ operation }) => void (operation === 'take' && failing('not_found')) })
    const ended = await rig({ entries, from: taking(), to: gone })
    expect(await (await ended.open()).run()).toMatchObject({ phase: 'failed', failure: { code: 'not_found' } })

    const to = taking({
      before(call) {
        if (firstTake(call)) throw new SourceFailure(refused())
      },
    })
    const made = await rig({ entries, from: taking(), to })
    const { phase, progress } = await (await made.open()).run()
    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ done: { entries: 2 }, failed: { entries: 1 } })
  })

  test('because the source changed since the job was planned, fails', async () => {
    const from = taking({
      // Too late to be planned.
      entry: (entry, { operation }) => (operation === 'list' ? { ...entry, version: 'earlier' } : entry),
    })
    const made = await rig({ entries, from, to: taking() })
    const { progress } = await (await made.open()).run()

    expect(progress).toMatchObject({ done: { entries: 0 }, failed: { entries: 3 } })
    expect((await all(made.journal.failures())).map(({ code }) => code)).toEqual(Array(3).fill('precondition_failed'))
    expect(await made.arrived()).toEqual([])
  })

  const lies: readonly (readonly [what: string, lie: (answer: Taken) => Taken])[] = [
    ['tells other digests than the source vouches for', (answer) => ({ ...answer, digests: { sha256: 'aa' } })],
    ['keeps other bytes', ({ stored, ...rest }) => ({ ...rest, stored: { ...stored, digests: { sha256: 'aa' } } })],
    ['keeps another length', ({ stored, ...rest }) => ({ ...rest, stored: { ...stored, size: 1 } })],
    ['took another version', ({ source, ...rest }) => ({ ...rest, source: { ...source, version: 'x' } })],
  ]
  test.for(lies)('because the destination %s, is no success', async ([, lie]) => {
    const made = await rig({ entries: few(1, 5 * mebibyte), from: taking(), to: taking({ taken: lie }) })
    const { progress } = await (await made.open({ limits: { attempts: 1 } })).run()
    expect(progress).toMatchObject({ done: { entries: 0 }, failed: { entries: 1 } })
  })

  test('not, where a storage copies within itself and both vouch for the bytes', async () => {
    const to = taking({ taken: (answer) => ({ ...answer, digests: {} }) })
    const made = await rig({ entries, from: taking(), to })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', unverified: 0 })
    const receipts = await all(made.journal.receipts())
    expect(receipts.map(({ path, digests }) => `${path} ${digests.sha256}`).sort()).toEqual(namesOf(entries))
  })
})
