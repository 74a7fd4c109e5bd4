import type { ErrorCode } from '@gantry/core'

import type { Item, WindowLevel } from '../engine/model.ts'
import type { Edges } from '../state/orientation.ts'
import type { Word } from '../words/say.ts'

/** What a pane shows: slices as they were taken, a plane through a volume, or the volume itself. */
export type PaneKind = 'stack' | 'axial' | 'sagittal' | 'coronal' | 'volume'

export interface PaneContent {
  readonly kind: PaneKind
  readonly item: Item | undefined
  readonly meshes: readonly Item[]
}

/** A word that says what is wrong, and what is filled into it. */
export interface Problem {
  readonly word: Word
  readonly values?: Readonly<Record<string, number>>
}

/** Why an image is not there: its bytes did not come, or are no picture. */
export type Missing = ErrorCode | 'damaged'

/** What is told around a picture. */
export interface PaneState {
  readonly status: 'loading' | 'ready' | 'failed'
  /** Why there is nothing. */
  readonly problem?: Problem
  /** Why the image that somebody came to is not there: in its place is no other one. */
  readonly missing?: Missing | undefined
  /** From 0. */
  readonly index: number
  readonly count: number
  readonly loaded: number
  readonly failed: number
  readonly window?: WindowLevel
  /** Of a PET, values for each unit of SUV, where that is known. */
  readonly valuesPerSuv?: number
  readonly inverted: boolean
  /** The file has a VOI LUT by which the picture is not drawn. */
  readonly withoutTable?: boolean
  /** Letters of what is at the edges, where the image says how it lies. */
  readonly edges?: Edges
}

export const emptyPane: PaneState = { status: 'loading', index: 0, count: 0, loaded: 0, failed: 0, inverted: false }

/** How a pane was left: what a view of a workspace keeps of ours. */
export interface LeftPane {
  readonly kind: PaneKind
  readonly index?: number | undefined
  readonly instance?: string | undefined
  readonly presentation?: object | undefined
  readonly camera?: { readonly [name: string]: unknown } | undefined
  readonly inverted?: boolean | undefined
  readonly window?: WindowLevel | undefined
}

/** A pane on the page, until it is taken off. */
export interface MountedPane {
  readonly id: string
  readonly element: HTMLDivElement
  readonly content: PaneContent
  readonly left: LeftPane | undefined
  gone: boolean
}
