import { expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { failing, few, rig, side } from './testing/rig.ts'

const mebibyte = 1024 * 1024

test.each([
  ['alone', () => side()],
  ['in a parcel', () => parcelSide({ store: { unit: { entries: 10, bytes: mebibyte }, resumable: false } })],
] as const)('an entry that goes in mid-copy is told to be gone at the source: %s', async (_, to) => {
  const from = side({
    before: ({ operation, path }) => void (operation === 'read' && path === '1.dcm' && failing('not_found')),
  })
  const made = await rig({ entries: few(3), from, to: to() })
  const { progress } = await (await made.open({ limits: { attempts: 1 } })).run()
  expect(progress.failed.entries).toBe(1)
  expect(await all(made.journal.failures())).toMatchObject([
    { path: '1.dcm', code: 'not_found', message: 'At the source: As the script says.' },
  ])
})

test.each(['permission_denied', 'unauthenticated'] as const)(
  'and what the destination refuses is of that: %s',
  async (code) => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing(code)) })
    const made = await rig({ entries: few(1), to })
    const { failure } = await (await made.open()).run()
    expect(failure).toMatchObject({ code, message: 'At the destination: As the script says.' })
  },
)
