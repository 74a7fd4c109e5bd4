import { workspaceSchema } from '@gantry/core'
import { expect, test } from 'vitest'

import type { Item } from '../engine/model.ts'
import { deskReducer, emptyDesk } from './desk.ts'
import { restoreViews, viewsOf } from './left-views.ts'

const items: Item[] = ['a', 'b'].map((id) => ({ kind: 'volume', id, name: id, format: 'dicom', files: [], bytes: 1 }))
const opened = deskReducer(emptyDesk, { type: 'opened', opened: { items, problems: [], others: 0 } })
const desk = deskReducer(deskReducer(opened, { type: 'laidOut', rows: 1, columns: 2 }), { type: 'activated', pane: 1 })
const left = [
  {
    kind: 'stack' as const,
    index: 4,
    instance: '1.2.3',
    inverted: true,
    window: { center: 40, width: 400 },
    presentation: { zoom: 2, pan: [0.1, 0.2], rotation: 90 },
  },
  undefined,
]

test('panes survive the way through a workspace', () => {
  const views = viewsOf(desk, left)
  const workspace = {
    type: 'workspace',
    id: 'w',
    version: 1,
    volumes: [],
    geometries: [],
    shapes: [],
    segmentations: [],
  }
  expect(workspaceSchema.safeParse({ ...workspace, views, tags: {} }).success).toBe(true)
  const restored = restoreViews(JSON.parse(JSON.stringify(views)) as typeof views, items)
  expect(restored?.layout).toEqual({ mode: 'grid', rows: 1, columns: 2, cells: ['a', 'b'], active: 1 })
  expect(restored?.left[0]).toMatchObject(left[0] as object)
})

test('what another viewer can read is in the fields that all have', () => {
  expect(viewsOf(desk, left)[0]).toMatchObject({
    layout: { type: 'slice', projection: 'default', row: 0, column: 0 },
    camera: { zoom: 2 },
    window: { center: 40, width: 400 },
    volumes: ['a'],
  })
})

test.each([
  ['none', []],
  ['of another viewer', [{ id: 'x', layout: { type: 'slice' } }]],
  ['too many panes', viewsOf(desk, left).map((view) => ({ ...view, gantry: { mode: 'grid', rows: 90, columns: 90 } }))],
])('views that are not ours restore nothing: %s', (_, views) => {
  expect(restoreViews(views, items)).toBeUndefined()
})
