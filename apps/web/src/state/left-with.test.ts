import type { Shape } from '@gantry/core'
import { expect, test } from 'vitest'

import type { Item } from '../engine/model.ts'
import { deskReducer, emptyDesk } from './desk.ts'
import { viewsOf } from './left-views.ts'
import { leftWith, shapesWith } from './left-with.ts'

function series(id: string, frame: string): Item {
  const image = { studyInstanceUID: '1', seriesInstanceUID: `1.${id}`, sopInstanceUID: `1.${id}.1` }
  const files = [{ name: 'a.dcm', size: 1, image: image as never }]
  return { kind: 'volume', id, name: id, format: 'dicom', files, bytes: 1, frameOfReferenceUID: frame }
}

const [one, two, three] = [series('1', '9.1'), series('2', '9.1'), series('3', '9.3')] as const
const shape = (id: string, more: object): Shape => ({ id, kind: 'arrow', points: [], ...more })
const shapes = [
  shape('on-1', { sopInstanceUID: '1.1.1', frameOfReferenceUID: '9.1' }),
  shape('on-2', { sopInstanceUID: '1.2.1', frameOfReferenceUID: '9.1' }),
  shape('in-planes-of-2', { frameOfReferenceUID: '9.1', gantry: { volume: '2' } }),
  shape('in-9.1', { frameOfReferenceUID: '9.1' }),
  shape('in-9.3', { frameOfReferenceUID: '9.3' }),
  shape('nowhere', {}),
]

test.each([
  ['all', [one, two, three], [], ['on-1', 'on-2', 'in-planes-of-2', 'in-9.1', 'in-9.3']],
  ['one of two in a frame', [one, three], [two], ['on-1', 'in-9.3']],
  ['the other one', [two], [one, three], ['on-2', 'in-planes-of-2']],
  ['what was closed before', [three], [], ['in-9.3']],
  ['none', [], [one, two, three], []],
])('drawings go with the items that they belong to: %s', (_, items, others, kept) => {
  expect(shapesWith(shapes, items, others).map(({ id }) => id)).toEqual(kept)
})

const opened = deskReducer(emptyDesk, { type: 'opened', opened: { items: [one, two], problems: [], others: 0 } })
const desk = deskReducer(opened, { type: 'laidOut', rows: 1, columns: 2 })
const views = viewsOf(desk, [
  { kind: 'stack', index: 0, instance: '1.1.1', window: { center: 1, width: 2 } },
  { kind: 'stack', index: 0, instance: '1.2.1', window: { center: 3, width: 4 }, presentation: { zoom: 2 } },
])

test('a pane tells nothing of what is not shared, and the others stay where they are', () => {
  const left = leftWith({ shapes: [], views }, [one], [two]).views
  expect(left[0]).toEqual(views[0])
  expect(left[1]).toEqual({
    id: 'pane-2',
    layout: views[1]?.layout,
    volumes: [],
    gantry: { mode: 'grid', rows: 1, columns: 2, active: false },
  })
})

test('where no pane shows what is shared, no layout goes along', () => {
  expect(leftWith({ shapes: [], views }, [three], [one, two]).views).toEqual([])
  // Of meshes alone, panes name no volume.
  const mesh = viewsOf({ ...emptyDesk, mode: 'volume' }, [])
  expect(leftWith({ shapes: [], views: mesh }, [], []).views).toEqual(mesh)
})
