/**
 * A secret of Sethealth's that a workspace held: whoever has it has the bytes. It is told beside the workspaces and never
 * in them, so that it is not handed on by accident.
 */
export interface SethealthSource {
  /** Id of the workspace. */
  readonly workspace: string
  readonly of: 'volume' | 'geometry' | 'geometry-usdz'
  /** Of the volume or geometry. */
  readonly id: string
  readonly secret: string
}
