import type { GeometryDescription } from '../description.ts'

/** What the first bytes of a geometry tell. */
export type MeshHeader = Pick<
  GeometryDescription,
  'format' | 'encoding' | 'triangles' | 'vertices' | 'bounds' | 'units' | 'space'
>
