import type { Shape, WorkspaceView } from '@gantry/core'

/** What somebody drew, wrote and looked at: words that nobody but the reader of the secret may ever see. */
export const title = 'Second opinion for Annegret Quellmalz'
export const annotation = 'Rundherd im linken Oberlappen, 14 mm, bitte Verlauf'
export const tags = { referrer: 'Praxis Dr. Wendelgard Zorn' }

export const shapes: Shape[] = [
  {
    id: 'nodule-length',
    kind: 'line',
    points: [
      [-12.25, 31.5, 118.0625],
      [1.75, 31.5, 118.0625],
    ],
    label: 'Quellmalz nodule',
    author: 'Dr. Zorn',
    created: 1_790_000_000_000,
    measurement: { value: 14, unit: 'mm', name: 'Laengster Durchmesser' },
    annotation: { text: annotation, position: [5, 6, 7.125], visible: true },
  },
  {
    id: 'quellmalz-mark',
    kind: 'point',
    points: [[0.1, -0.2, 0.30000000000000004]],
    viewer: { kept: ['as', 1, null] },
  },
]

export const views: WorkspaceView[] = [
  {
    id: 'axial-pane',
    name: 'Lungenfenster von Dr. Zorn',
    layout: { type: 'slice', projection: 'axial', row: 0, column: 1 },
    camera: { projection: 'orthographic', position: [0, 0, 500], target: [0, 0, 118], up: [0, -1, 0], zoom: 1.75 },
    planes: [{ projection: 'axial', offset: 118.0625 }],
    window: { center: -600, width: 1500 },
  },
]
