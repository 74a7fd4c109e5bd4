/** A series, and what of its values is black and white. */
export interface Wanted {
  /** Of DICOMweb. */
  readonly root: string
  readonly study: string
  readonly series: string
  /** Hounsfield units. */
  readonly window: { readonly lower: number; readonly upper: number }
}

/** What cornerstone made of an instance. */
export interface Picture {
  readonly instance: string
  readonly rows: number
  readonly columns: number
  /** Decoded and rescaled: a CT's Hounsfield units. */
  readonly values: readonly number[]
  /** What is on the screen, 0 to 255, at one pixel of the screen a pixel. */
  readonly rendered: readonly number[]
}
