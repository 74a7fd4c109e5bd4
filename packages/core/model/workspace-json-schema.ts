import * as z from 'zod'

import { workspaceSchema } from '../src/index.ts'
import { colormapSchema, colourSchema, windowSchema } from '../src/workspace/colour.ts'
import { geometrySchema } from '../src/workspace/geometry.ts'
import { segmentationSchema } from '../src/workspace/segmentation.ts'
import { shapeSchema } from '../src/workspace/shape.ts'
import { dicomwebSourceSchema, entriesSourceSchema, sourceEntrySchema, sourceSchema } from '../src/workspace/source.ts'
import { boxSchema, pointSchema, transformSchema, uidSchema } from '../src/workspace/space.ts'
import { viewSchema } from '../src/workspace/view.ts'
import { volumeSchema } from '../src/workspace/volume.ts'

const noCredentials = 'Holds no credentials: no headers, no tokens, no URL with a user, a password or a signature.'

/** What the definitions are called, and what a type cannot say of them. */
const definitions: readonly (readonly [z.ZodType, id: string, description: string])[] = [
  [pointSchema, 'point', '[x, y, z] in LPS, millimetres where it is a place.'],
  [
    transformSchema,
    'transform',
    'A 4x4 matrix row by row, from own coordinates to those of the workspace, LPS in millimetres. Left out: identity.',
  ],
  [boxSchema, 'box', 'Two corners of a box along the axes.'],
  [uidSchema, 'uid', 'A DICOM UID (PS3.5 9.1).'],
  [colourSchema, 'colour', 'A CSS colour, or red, green, blue and perhaps alpha from 0 to 1 in sRGB.'],
  [colormapSchema, 'colormap', 'How values become colours; alpha is the opacity.'],
  [windowSchema, 'window', "Window centre and width in the volume's own units. Left out: what the image says."],
  [sourceSchema, 'source', `Where the bytes are. ${noCredentials}`],
  [entriesSourceSchema, 'entriesSource', `Entries of a store, with what proves their bytes. ${noCredentials}`],
  [sourceEntrySchema, 'entry', 'One file; size and digests are of the plaintext.'],
  [dicomwebSourceSchema, 'dicomwebSource', `A series of a DICOMweb service. ${noCredentials}`],
  [volumeSchema, 'volume', 'An image, and how it is looked at.'],
  [geometrySchema, 'geometry', 'A mesh, and where and how it is shown.'],
  [shapeSchema, 'shape', 'Something that was drawn or measured. `created` is milliseconds since the epoch.'],
  [segmentationSchema, 'segmentation', 'A label map, and what its segments are.'],
  [viewSchema, 'view', 'One pane: what it shows, and from where.'],
]

/** Where it is, for who resolves references; as of any version of the package by its own path. */
const $id = 'https://raw.githubusercontent.com/gantry-dicom/gantry/main/packages/core/workspace.schema.json'

/** The format of a workspace as JSON Schema (2020-12), as text. */
export function workspaceJsonSchema(): string {
  const metadata = z.registry<{ id?: string; title?: string; description?: string }>()
  for (const [schema, id, description] of definitions) metadata.add(schema, { id, description })
  metadata.add(workspaceSchema, {
    title: 'Workspace of Gantry, version 1',
    description: 'Volumes, geometries and shapes, and the view of them. Unknown fields are kept at every level.',
  })
  const { $schema, ...schema } = z.toJSONSchema(workspaceSchema, { metadata })
  return `${JSON.stringify({ $schema, $id, ...schema }, undefined, 2)}\n`
}
