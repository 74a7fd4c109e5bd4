import * as z from 'zod'

import type { IgtCloud } from './cloud.ts'
import type { IgtFile, IgtInstitute, IgtProject } from './api/schemas.ts'
import type { IgtStudy } from './api/study-schemas.ts'
import type { OpenData } from './data/data-stores.ts'
import type { StudyDocument } from './study/study-document.ts'

export const categories = ['files', 'dicom', 'annotations'] as const
export type Category = (typeof categories)[number]

/** Options that a URL or a configuration can hold. */
export const igtOptionsSchema = z.strictObject({
  structure: z.enum(['flat', 'hierarchical']).default('flat').meta({
    description: 'Folders of studies: patient---study, or patient/study.',
  }),
  categories: z.array(z.enum(categories)).min(1).default(['files']).meta({
    description: 'What of a study is an entry; with several, each has a folder of its own.',
  }),
  documents: z.boolean().default(false).meta({
    description: 'List what the cloud knows of a study as its study.json.',
  }),
  projectFiles: z.boolean().default(true).meta({ description: 'Files of the project are entries too, below files/.' }),
  studies: z.boolean().default(true).meta({ description: 'Studies are entries, below the names of their institutes.' }),
})

export interface IgtOptions extends z.input<typeof igtOptionsSchema> {
  readonly cloud: IgtCloud
  /** The project, or its name, as the cloud has it; without one, institutes of all that the caller sees. */
  readonly project?: IgtProject | string | undefined
  /** Its institutes, where they are known, or those of them that are wanted; else all are asked for. */
  readonly institutes?: readonly IgtInstitute[] | undefined
  /** Opens the storage behind the cloud: an S3 store. */
  readonly openData: OpenData
  /** Entries live below it; whole segments. */
  readonly root?: string | undefined
  /** Which studies and files are listed; default: all. */
  readonly keepStudy?: ((study: IgtStudy) => boolean) | undefined
  readonly keepFile?: ((file: IgtFile) => boolean) | undefined
  /** Told of files that are listed, and have not come yet. */
  readonly onIncomplete?: ((path: string) => void) | undefined
  /** Told of each study that something is written to, or compared with, and of its folder below the institute. */
  readonly onStudy?: ((institute: IgtInstitute, study: IgtStudy, folder: string) => void) | undefined
  /** Whether a folder, `institute/study`, has folders of categories; default: where there are several categories. */
  readonly isCategorised?: ((folder: string) => boolean) | undefined
  /** What the `study.json` of folders that are about to be written say, by `institute/study`. */
  readonly studyDocuments?: ReadonlyMap<string, StudyDocument> | undefined
}

/** The options with every default in place. */
export interface Settings extends Omit<IgtOptions, keyof z.input<typeof igtOptionsSchema>> {
  readonly structure: 'flat' | 'hierarchical'
  readonly categories: readonly Category[]
  readonly documents: boolean
  readonly projectFiles: boolean
  readonly studies: boolean
}
