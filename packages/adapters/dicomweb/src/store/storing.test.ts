import { afterEach, beforeEach, expect, test } from 'vitest'

import { dicomwebClient } from '../node.ts'
import { instances } from '../testing/instances.ts'
import { StowService } from '../testing/stow-service.ts'

let stow: StowService
beforeEach(async () => {
  stow = await StowService.start()
})
afterEach(async () => await stow.close())

const all = await instances(4, 72)

test('files are stored, and what may pass is tried again', async () => {
  const client = dicomwebClient({ root: stow.url, profile: 'azure' })
  const refused = all[1]?.uid ?? ''
  stow.habits = { refuses: new Map([[refused, 0xa700]]) }
  const outcomes = await client.storeInstances(all.map(({ bytes }) => bytes))
  expect(outcomes.map(({ instance, error }) => [instance.instance, error?.code])).toEqual(
    all.map(({ uid }) => [uid, uid === refused ? 'unavailable' : undefined]),
  )
  const posts = stow.requests.filter(({ method }) => method === 'POST')
  expect(posts.map(({ uids }) => uids.length)).toEqual([4, 1, 1])
  client.close()
})

test('one that spoils the request of all fails alone', async () => {
  const client = dicomwebClient({ root: stow.url, profile: 'azure' })
  const spoiling = all[2]?.uid ?? ''
  stow.habits = { chokesOn: spoiling }
  const outcomes = await client.storeInstances(all.map(({ bytes }) => bytes))
  expect(
    outcomes.flatMap(({ instance, error }) => (error === undefined ? [] : [[instance.instance, error.code]])),
  ).toEqual([[spoiling, 'invalid']])
  client.close()
})

test('within a study', async () => {
  const client = dicomwebClient({ root: stow.url })
  await client.storeInstances([all[0]?.bytes ?? new Uint8Array()], { study: '1.2.3' })
  expect(stow.requests[0]?.path).toBe('/rs/studies/1.2.3')
  await expect(client.storeInstances([new Uint8Array(400)])).rejects.toMatchObject({ code: 'invalid' })
  client.close()
})

test('removes', async () => {
  const client = dicomwebClient({ root: stow.url })
  await client.storeInstances(all.map(({ bytes }) => bytes))
  await client.remove({ study: '1.2', series: '1.3', instance: all[0]?.uid ?? '' })
  expect(stow.kept.size).toBe(3)
  client.close()
})
