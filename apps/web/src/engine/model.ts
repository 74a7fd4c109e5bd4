import type { ImageIdentity, Shape, WorkspaceView } from '@gantry/core'
import type { BurnedInReason, Cleaned, Doing, ProfileOptions, Retained } from '@gantry/deidentify'
import type { LoadProblem } from '@gantry/share'

import type { LabelMap } from './segmentation/lay-over.ts'
import type { Segment } from './segmentation/read-segmentation.ts'

/** A file that the page picked, dropped, or found in a folder. */
export interface PickedFile {
  /** With its folders. */
  readonly name: string
  readonly file: File
}

export interface ItemFile {
  readonly name: string
  readonly size: number
  readonly image?: ImageIdentity
}

export interface WindowLevel {
  readonly center: number
  readonly width: number
}

/** Whose images they are, and of which study: to be read on the screen of whoever opened them, and nowhere else. */
export interface Whose {
  readonly patient: string
  readonly patientId: string
  readonly study: string
  /** As DICOM writes it. */
  readonly date: string
  readonly description: string
}

/** Where a series stands among those of its study. */
export interface SeriesPlace {
  readonly number?: number
  /** Day and time, as DICOM writes them, one behind the other. */
  readonly taken: string
}

/** A volume or a mesh as the page knows it: its bytes are the worker's. */
export interface Item {
  readonly kind: 'volume' | 'mesh'
  readonly id: string
  readonly name: string
  readonly format: string
  readonly modality?: string
  readonly files: readonly ItemFile[]
  readonly bytes: number
  /** Columns, rows, slices, times; of what was restored and not described yet: none. */
  readonly dimensions?: readonly number[]
  readonly spacing?: readonly number[]
  /** Of a file of many frames: their numbers, from 1, in order. */
  readonly frames?: readonly number[]
  readonly window?: WindowLevel
  readonly frameOfReferenceUID?: string
  /** Left out: nobody has looked yet, or the files do not say. */
  readonly whose?: Whose
  /** Left out in a share, whose series come in the order in which they were shared. */
  readonly place?: SeriesPlace
  /** It stands for a series that is on its way: how many images that will have. */
  readonly expected?: number
}

/** A DICOM segmentation as the page knows it. */
export interface SegmentationItem {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly segments: readonly Segment[]
  /** The series that it was made of, and where that lies: it can be laid over either. */
  readonly seriesInstanceUID?: string
  readonly frameOfReferenceUID?: string
}

/** A segmentation in the voxels of a volume. */
export interface LaidOver {
  readonly columns: number
  readonly rows: number
  readonly slices: number
  readonly maps: readonly LabelMap[]
}

/** What came of opening something. */
export interface Opened {
  readonly items: readonly Item[]
  readonly segmentations?: readonly SegmentationItem[]
  readonly problems: readonly LoadProblem[]
  /** Sound files that are no images: reports, presentation states. */
  readonly others: number
}

/** What somebody left, beside the images. */
export interface Left {
  readonly title: string
  readonly shapes: readonly Shape[]
  readonly views: readonly WorkspaceView[]
}

export interface RestoredShare extends Left {
  readonly items: readonly Item[]
}

/** How many files have been looked at, or fetched. */
export interface OpenProgress {
  readonly done: number
  readonly total: number
  /** What is there already, while the rest comes. */
  readonly opened?: Opened
  /** Id of an item that stood for what has come now. */
  readonly replaces?: string
}

/** Options of the profile by which images are de-identified, as `@gantry/deidentify` names them. */
export interface DeidentifyChoice extends ProfileOptions {
  readonly retain: readonly Retained[]
  readonly clean: readonly Cleaned[]
  /** Rows at the top of every image that are blanked, by id of the item: where devices write names. */
  readonly blankRows: Readonly<Record<string, number>>
}

/** An attribute and what becomes of it, in all files of an item that have it. */
export interface ReviewedChange {
  /** Keywords, those of the sequences around it first. */
  readonly name: string
  readonly tag: string
  readonly doing: Doing
  readonly before: string
  readonly after: string
  readonly files: number
  /** Whether the files have different values: the first one is shown. */
  readonly varies: boolean
}

/** What de-identification would do to an item. */
export interface ReviewedItem {
  readonly id: string
  readonly name: string
  readonly files: number
  readonly changes: readonly ReviewedChange[]
  /** Why there may be text in the pixels, and in how many files. */
  readonly warnings: readonly { readonly reason: BurnedInReason; readonly files: number }[]
  /** Files that cannot be de-identified, and are not shared then. */
  readonly problem?: string
}

export type Expiry = '1d' | '7d' | '30d' | 'never'

export interface ShareRequest extends Left {
  /** Ids, in order. */
  readonly items: readonly string[]
  /** Of what is laid over them; shared as they are. */
  readonly segmentations?: readonly SegmentationItem[]
  readonly windows: Readonly<Record<string, WindowLevel>>
  readonly expires: Expiry
  readonly passphrase: string
  /** Left out: as the images are. */
  readonly deidentify?: DeidentifyChoice
}

export interface SourceProgress {
  readonly id: string
  readonly name: string
  /** Of bytes read and bytes sent, both of which count. */
  readonly done: number
  readonly total: number
  readonly state: 'waiting' | 'sending' | 'sent' | 'present' | 'failed'
}

export interface ShareProgress {
  readonly step: 'staging' | 'deidentifying' | 'sending' | 'sealing'
  readonly sources: readonly SourceProgress[]
}

export interface MadeShare {
  readonly secret: string
  readonly id: string
}

export interface BegunShare {
  readonly id: string
  /** Whether it can be gone on with when its page was closed: some browsers keep nothing for a page. */
  readonly kept: boolean
}

/** A share that was begun and whose page was closed. */
export interface PendingShare {
  readonly id: string
  readonly title: string
  readonly files: number
  readonly bytes: number
  readonly begun: number
  readonly needsPassphrase: boolean
  /** Whether another page is sending it. */
  readonly elsewhere: boolean
}

export interface TagRow {
  readonly tag: string
  readonly keyword: string
  readonly vr: string
  readonly value: string
  readonly depth: number
  readonly private: boolean
}

export interface StudyRow {
  readonly uid: string
  readonly patient: string
  readonly patientId: string
  readonly date: string
  readonly description: string
  readonly modalities: string
  readonly series: number
  readonly images: number
}

/** A service that the app was told of, or that somebody found. */
export interface Remote {
  readonly name: string
  /** A DICOMweb service; a tree of Cloud Optimized DICOM, or any files, in a store that the hub serves. */
  readonly kind: 'dicomweb' | 'cod' | 'files'
  readonly root: string
}

/** A project, location, dataset or store of Cloud Healthcare. */
export interface GooglePlace {
  readonly name: string
  readonly url: string
  /** Of a store: its DICOMweb. */
  readonly root?: string
  /** Why it cannot be looked into: which permission is missing, and which role has it. */
  readonly problem?: string
}

export interface FolderRow {
  readonly path: string
  readonly files: number
  readonly bytes: number
}

export interface FoundStudies {
  readonly rows: readonly StudyRow[]
  /** The service has others, which were not asked for. */
  readonly more: boolean
  /** None of those others is newer. */
  readonly newest: boolean
}

export type Credential =
  | { readonly kind: 'session'; readonly url: string }
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'token'; readonly token: string }

export type DownloadWhat =
  | { readonly kind: 'share' }
  | { readonly kind: 'studies'; readonly remote: Remote; readonly studies: readonly string[] }

/** Into this browser, into a zip among its downloads, or into a folder that the user chose. */
export type DownloadWhere = 'private' | 'zip' | FileSystemDirectoryHandle

export interface DownloadLook {
  readonly files: number
  /** Of them there already. */
  readonly saved: number
  /** Where the server tells them. */
  readonly bytes?: number
  readonly errors: readonly string[]
}

export interface DownloadProgress {
  readonly step: 'fetching' | 'digesting'
  /** By this run. */
  readonly files: number
  readonly bytes: number
}

export interface DownloadedFile {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

export interface DownloadReport {
  readonly complete: boolean
  readonly files: readonly DownloadedFile[]
  readonly errors: readonly { readonly file: string; readonly message: string; readonly code: string }[]
  /** Zips, and what is no study: in the private folder, to be handed over to the browser's own downloads. */
  readonly offered: readonly string[]
}
