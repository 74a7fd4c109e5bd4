import { isGantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { dicomwebClient } from '../node.ts'
import { searchServiceForTests, studies } from '../testing/search-service.ts'
import type { SearchOptions } from './searching.ts'

const service = searchServiceForTests()
const warning = '299 gantry "The index is still being made: there may be more than what was found"'

/** How many were told, and what it ended with. */
async function read(query: SearchOptions = {}, paging: 'pages' | 'none' = 'pages') {
  const client = dicomwebClient({ root: service.url, paging })
  let told = 0
  try {
    for await (const match of client.searchForStudies(query)) told += match === undefined ? 0 : 1
  } catch (error) {
    return { told, code: isGantryError(error) ? error.code : error }
  } finally {
    client.close()
  }
  return { told }
}

test('what a service found that still makes its index is not told as all', async () => {
  service.habits = { warning }
  expect(await read()).toEqual({ told: 5, code: 'unavailable' })
  expect(await read({}, 'none')).toEqual({ told: 0, code: 'unavailable' })
  service.matches = []
  expect(await read()).toEqual({ told: 0, code: 'unavailable' })
})

test('what was wanted and is there needs no more', async () => {
  service.habits = { warning }
  expect(await read({ match: { StudyInstanceUID: '1.2.3' } })).toEqual({ told: 1 })
  expect(await read({ limit: 2 })).toEqual({ told: 2 })
})

test('an index that grows is followed to its end', async () => {
  const page = (count: number) => ({ status: 200, headers: { warning }, body: JSON.stringify(studies(count)) })
  service.instead.push(page(0), page(2), page(0))
  expect(await read()).toEqual({ told: 5 })
})

test('a warning of something else is no reason to wait', async () => {
  service.habits = { warning: '299 rs "The fuzzymatching parameter is not supported."' }
  expect(await read()).toEqual({ told: 5 })
})

describe('what a service could not read', () => {
  const lacking = '299 gantry "Not all of the store could be read: there may be more than what was found"'

  test('is told behind what it knows of, and nobody is told to wait', async () => {
    service.habits = { warning: lacking }
    expect(await read()).toEqual({ told: 5, code: 'integrity' })
    expect(await read({}, 'none')).toEqual({ told: 5, code: 'integrity' })
    service.matches = []
    expect(await read()).toEqual({ told: 0, code: 'integrity' })
  })

  test('is nothing to whoever found what was looked for', async () => {
    service.habits = { warning: lacking }
    expect(await read({ match: { StudyInstanceUID: '1.2.3' } })).toEqual({ told: 1 })
    expect(await read({ limit: 2 })).toEqual({ told: 2 })
    expect(await read({ match: { StudyInstanceUID: '1.2.999' } })).toEqual({ told: 0, code: 'integrity' })
  })

  test('is no page that is still to be asked for', async () => {
    const more = '299 gantry "There are additional results that can be requested"'
    const page = (told: string, count: number) =>
      service.instead.push({ status: 200, headers: { warning: told }, body: JSON.stringify(studies(count)) })
    const last = async (told: string) => {
      page(told, 2)
      service.seen.length = 0
      const client = dicomwebClient({ root: service.url, profile: 'dcm4chee' })
      const matches = client.searchForStudies()
      await matches.next()
      await matches.next()
      await matches.next().catch(() => {})
      client.close()
      return service.seen.length
    }
    expect(await last(lacking)).toBe(1)
    expect(await last(`${more}, ${lacking}`)).toBe(2)
  })
})
