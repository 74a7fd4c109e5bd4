/** What a copying thread is told. */
export type CopyOrder =
  | {
      readonly type: 'copy'
      readonly id: number
      /** Real files, links resolved; the target is one that nobody else writes to. */
      readonly source: string
      readonly target: string
      /** The source must be of this version and size, where they are known. */
      readonly version: string | undefined
      readonly size: number | undefined
      /** Of the source, where nobody says otherwise. */
      readonly modified: number | undefined
      readonly durable: boolean
    }
  | { readonly type: 'stop'; readonly id: number }

/** An entry, but for its path. */
export interface CopiedFile {
  readonly size: number
  readonly modified: number
  readonly version: string
}

export interface Copied {
  readonly source: CopiedFile
  readonly stored: CopiedFile
  readonly sha256: string
}

export type CopyFailure =
  | { readonly reason: 'absent' | 'changed' | 'stopped' | 'ended' }
  /** What the system said: an error loses its code on its way between threads. */
  | { readonly reason: 'system'; readonly message: string; readonly code: string; readonly syscall: string }
  | { readonly reason: 'unknown'; readonly message: string }

export interface CopyFailed {
  readonly side: 'source' | 'target'
  readonly failure: CopyFailure
}

/** What it answers. Once it has told of an end, it has no file of that order open any more. */
export type CopyAnswer =
  | { readonly type: 'moved'; readonly id: number; readonly bytes: number }
  | { readonly type: 'done'; readonly id: number; readonly copied: Copied }
  | { readonly type: 'failed'; readonly id: number; readonly failed: CopyFailed }
