import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { all, receiptOf, temporaryCatalogue } from '../testing/temporary-catalogue.ts'
import { chooseReceipts } from './choose.ts'

const places = ['A', 'B', 'C'] as const
const sessions = ['monday', 'tuesday'] as const

test('whatever lies where: all that a session holds is chosen from where it lies, or told to be lost', async () => {
  const archived = fc.record({
    bytes: fc.integer({ min: 1, max: 4 }),
    path: fc.constantFrom('x', 'y', 'z'),
    place: fc.constantFrom(...places),
    session: fc.constantFrom(...sessions),
  })
  const options = fc.record({
    prefer: fc.option(fc.constantFrom(...places), { nil: undefined }),
    removed: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 3 }),
    unreadable: fc.option(fc.constantFrom(...places), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(archived, { minLength: 1, maxLength: 9 }),
      options,
      async (steps, { prefer, removed, unreadable }) => {
        const catalogue = temporaryCatalogue()
        for (const { bytes, path, place, session } of steps) {
          await catalogue.record({ location: place, session: { name: session } }, [receiptOf(bytes, { path })])
        }
        const receipts = await all(catalogue.allReceipts())
        await catalogue.markRemoved(removed.flatMap((index) => receipts[index] ?? []))
        for (const { session } of steps) {
          const target = await catalogue.find(session)
          const lost = new Set<string>()
          const chosen = await all(
            chooseReceipts(catalogue, target, {
              ...(prefer !== undefined && { prefer }),
              without: ({ location }) => location === unreadable,
              onLost: ({ sha256 }) => void lost.add(sha256),
            }),
          )
          for (const { sha256 } of await all(catalogue.receipts(target))) {
            const live = (await catalogue.whereIs(sha256)).filter(({ location }) => location !== unreadable)
            const taken = chosen.filter((one) => one.sha256 === sha256)
            expect(taken.length > 0).toBe(live.length > 0)
            expect(lost.has(sha256)).toBe(live.length === 0)
            for (const one of taken) expect(live.map(({ id }) => id)).toContain(one.id)
            const wanted = live.some(({ location }) => location === prefer) ? prefer : taken[0]?.location
            expect(taken[0]?.location).toBe(wanted)
          }
          const listed = chosen.map(({ sha256, path, as = path }) => `${sha256} ${as}`)
          expect(new Set(listed).size).toBe(listed.length)
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

test('what a session has lost comes back by the path of the session, from where another has it', async () => {
  const catalogue = temporaryCatalogue()
  await catalogue.record({ location: 'A', session: { name: 'monday' } }, [receiptOf(1, { path: 'mine' })])
  await catalogue.record({ location: 'B', session: { name: 'tuesday' } }, [receiptOf(1, { path: 'theirs' })])
  const monday = await catalogue.find('monday')
  expect(await all(chooseReceipts(catalogue, monday))).toMatchObject([{ location: 'A', path: 'mine' }])
  const elsewhere = { location: 'B', path: 'theirs', as: 'mine' }
  const without = ({ location }: { readonly location: string }) => location === 'A'
  expect(await all(chooseReceipts(catalogue, monday, { without }))).toMatchObject([
    { ...elsewhere, insteadOf: [{ location: 'A' }] },
  ])
  await catalogue.markRemoved(await all(catalogue.allReceipts({ location: 'A' })))
  expect(await all(chooseReceipts(catalogue, monday))).toMatchObject([elsewhere])
})
