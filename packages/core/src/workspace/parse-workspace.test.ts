import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { GantryError } from '../errors/gantry-error.ts'
import { parseWorkspace } from './parse-workspace.ts'
import { serializeWorkspace } from './serialize-workspace.ts'
import type { SerializableWorkspace } from './workspace.ts'

const text = readFileSync(new URL('../../model/workspaces/version-1.json', import.meta.url), 'utf8')
const whole = JSON.parse(text) as SerializableWorkspace

const refusal = (read: () => unknown): GantryError => {
  try {
    read()
  } catch (error) {
    if (error instanceof GantryError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** The fixture with one field set to another value, by its path. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(whole) as unknown as Record<string, unknown>
  const keys = path.split(/[.[\]]+/u).filter((key) => key !== '')
  const last = keys.pop() ?? ''
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy)
  parent[last] = value
  return copy
}

test('a workspace with every field of version 1 is read as it is, from text and from JSON', () => {
  expect(parseWorkspace(text)).toStrictEqual(whole)
  expect(parseWorkspace(whole)).toBe(whole)
  expect(JSON.parse(serializeWorkspace(whole))).toStrictEqual(whole)
})

describe('what is wrong is refused, and its field named', () => {
  test.each<[path: string, value: unknown]>([
    ['id', ''],
    ['title', 5],
    ['volumes', {}],
    ['volumes[0].id', 7],
    ['volumes[0].format', 'jpeg'],
    ['volumes[0].window.width', 0],
    ['volumes[0].opacity', 1.5],
    ['volumes[0].frameOfReferenceUID', '1.2.x'],
    ['volumes[0].source.kind', 'ftp'],
    ['volumes[0].source.entries[0].path', '../x'],
    ['volumes[0].source.entries[0].name', '/etc/passwd'],
    ['volumes[0].source.entries[0].size', -1],
    ['volumes[0].source.entries[0].digests.sha256', 'E3B0'],
    ['volumes[0].source.entries[0].nonce', 'AAECAwQFBgcICQoLDA0ODx=='],
    ['volumes[0].source.encryption.format', 'rot13'],
    ['volumes[0].source.encryption.identity', 'AGE-SECRET-KEY-1abc'],
    ['volumes[1].source.root', 'ftp://pacs.example.org'],
    ['volumes[1].colormap.colour', [0, 0]],
    ['volumes[1].id', 'ct'],
    ['geometries[0].material.opacity', -0.1],
    ['shapes[0].kind', 'blob'],
    ['shapes[0].points[1]', [1, 2]],
    ['shapes[0].points', [[0, 0, 0]]],
    ['shapes[0].created', 1.5],
    ['shapes[0].measurement.value', '6.6'],
    ['segmentations[0].segments[0].number', -1],
    ['views[0].camera.zoom', 0],
    ['views[0].planes[0].projection', 'sideways'],
    ['tags.case', 7],
  ])('%s', (path, value) => {
    const error = refusal(() => parseWorkspace(JSON.stringify(withField(path, value))))
    expect(error).toMatchObject({ code: 'invalid', path, retryable: false })
    expect(refusal(() => serializeWorkspace(withField(path, value) as SerializableWorkspace))).toMatchObject({ path })
  })

  test('never with a value, which may be a name or a key', () => {
    const error = refusal(() => parseWorkspace(withField('shapes[0].kind', 'DOE^JANE')))
    expect(`${error.message} ${error.path} ${String(error.cause)}`).not.toContain('DOE')
    expect(refusal(() => parseWorkspace('{"type": DOE^JANE}')).message).not.toContain('DOE')
  })

  test.each([
    ['null'],
    ['[]'],
    ['7'],
    ['{}'],
    [''],
    ['{'],
    ['{"type":"workspace"}'],
    ['{"type":"geometry","version":1}'],
  ])('%s is no workspace', (json) => {
    expect(refusal(() => parseWorkspace(json)).code).toBe('invalid')
  })
})

test('of many shapes, each is looked at', () => {
  const [shape] = whole.shapes
  const shapes = Array.from({ length: 1000 }, (_, index) => ({ ...shape, id: `shape-${index}` }))
  const many = { ...whole, shapes }
  expect(parseWorkspace(JSON.stringify(many))).toStrictEqual(many)
  const wrong = (change: object) => ({ ...whole, shapes: shapes.with(777, { ...shape, id: 'other', ...change }) })
  expect(refusal(() => parseWorkspace(wrong({ created: -1 }))).path).toBe('shapes[777].created')
  expect(refusal(() => parseWorkspace(wrong({ id: 'shape-5' }))).path).toBe('shapes[777].id')
  expect(refusal(() => parseWorkspace({ ...many, volumes: 1 })).path).toBe('volumes')
})

test('a workspace of Sethealth is told to be one', () => {
  expect(refusal(() => parseWorkspace({ type: 'workspace', id: 'a', version: 3, medSource: null })).message).toContain(
    'importSethealth',
  )
})
