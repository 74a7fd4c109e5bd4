import { expect, test } from 'vitest'

import type { SourceProgress, StudyRow, TagRow } from '../engine/model.ts'
import { findTags } from './find-tags.ts'
import { pathOf, routeOf } from './route.ts'
import { overallOf } from './share-progress.ts'
import { stateOfShare } from './share-state.ts'
import { commandOf } from './shortcuts.ts'
import { sortStudies } from './sort-studies.ts'

test.each([
  ['http://h/', { page: 'view' }],
  ['http://h/worklist', { page: 'worklist' }],
  ['http://h/shares', { page: 'shares' }],
  ['http://h/sign-in', { page: 'signIn' }],
  ['http://h/anything', { page: 'nowhere' }],
  ['http://h/s/abc#key', { page: 'share', link: 'http://h/s/abc#key' }],
  ['http://h/s/abc/#key', { page: 'share', link: 'http://h/s/abc#key' }],
  ['http://h/s/abc?utm=1#key', { page: 'share', link: 'http://h/s/abc#key' }],
  ['http://h/s/abc%231.key', { page: 'share', link: 'http://h/s/abc#1.key', sent: true }],
  ['http://h/s/abc%25231.key/?utm=1', { page: 'share', link: 'http://h/s/abc#1.key', sent: true }],
  ['http://h/s/abc/%231.key', { page: 'share', link: 'http://h/s/abc/%231.key', sent: true }],
  [`http://h/s/abc?1.${'k'.repeat(43)}`, { page: 'share', link: 'http://h/s/abc', sent: true }],
  ['http://h/s/abc/more#key', { page: 'share', link: 'http://h/s/abc/more#key' }],
  ['http://h/s/', { page: 'share', link: 'http://h/s/' }],
  ['http://h/s', { page: 'share', link: 'http://h/s' }],
  // Longer than a key: nobody knows where it ends.
  [`http://h/s/abc#1.${'k'.repeat(44)}`, { page: 'share', link: `http://h/s/abc#1.${'k'.repeat(44)}` }],
])('%s', (url, route) => {
  expect(routeOf(url)).toEqual(route)
})

test.each(['.', '>', '%20', ').', ' and more', '%3E', '\u201D'])(
  'what stands behind a link is no part of its key: %s',
  (more) => {
    const link = `http://h/s/abc#1.${'k'.repeat(43)}`
    expect(routeOf(`${link}${more}`)).toEqual({ page: 'share', link })
  },
)

test('every page has a path of its own', () => {
  for (const page of ['view', 'worklist', 'shares', 'signIn'] as const) {
    expect(routeOf(`http://h${pathOf(page)}`)).toEqual({ page })
  }
})

const key = (name: string, more = {}) =>
  commandOf({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more })

test('keys ask for tools, presets and slices, and leave the browser its own', () => {
  expect(key('l')).toEqual({ does: 'tool', tool: 'Length' })
  expect(key('3')).toEqual({ does: 'preset', number: 3 })
  expect(key('PageUp')).toEqual({ does: 'scroll', by: -10 })
  expect(key('?')).toEqual({ does: 'help' })
  expect(key('l', { ctrlKey: true })).toBeUndefined()
  expect(key('Tab')).toBeUndefined()
})

test('a share is heavy where its bytes are', () => {
  const source = (id: string, more: Partial<SourceProgress>): SourceProgress => ({
    id,
    name: id,
    done: 0,
    total: 10,
    state: 'waiting',
    ...more,
  })
  const bytes = { a: 300, b: 100 }
  expect(overallOf([source('a', { done: 5, state: 'sending' }), source('b', {})], bytes)).toEqual({
    done: 150,
    total: 400,
  })
  expect(overallOf([source('a', { state: 'sent' }), source('b', { state: 'present' })], bytes)).toEqual({
    done: 400,
    total: 400,
  })
})

test.each([
  [{}, 'active'],
  [{ revoked: 1 }, 'revoked'],
  [{ expires: 10 }, 'expired'],
  [{ expires: 11 }, 'active'],
  [{ maxOpens: 2, opens: 2 }, 'expired'],
  [{ maxOpens: 2, opens: 1 }, 'active'],
])('a share %j is %s', (share, state) => {
  expect(stateOfShare(share, 10)).toBe(state)
})

test('studies are sorted by numbers and by text, equal ones by their UID', () => {
  const study = (uid: string, images: number, patient: string) => ({ uid, images, patient }) as StudyRow
  const rows = [study('2', 9, 'b'), study('1', 10, 'a'), study('0', 9, 'c')]
  const uids = (sorted: StudyRow[]) => sorted.map(({ uid }) => uid).join('')
  expect(uids(sortStudies(rows, 'images', false))).toBe('021')
  expect(uids(sortStudies(rows, 'images', true))).toBe('102')
  expect(uids(sortStudies(rows, 'patient', true))).toBe('021')
})

test('tags are found by number, name and value; private ones by the word', () => {
  const row = (tag: string, keyword: string, value: string, secret = false): TagRow => ({
    tag,
    keyword,
    value,
    vr: 'LO',
    depth: 0,
    private: secret,
  })
  const rows = [row('(0010,0010)', 'PatientName', 'Phantom'), row('(0009,1001)', '', 'x', true)]
  expect(findTags(rows, 'name phan')).toEqual([rows[0]])
  expect(findTags(rows, '00100010')).toEqual([rows[0]])
  expect(findTags(rows, 'private')).toEqual([rows[1]])
  expect(findTags(rows, ' ')).toEqual(rows)
})
