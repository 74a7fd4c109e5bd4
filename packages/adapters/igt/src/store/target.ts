import { type Call, GantryError, isGantryError } from '@gantry/core/driver'

import { operations } from '../api/operations.ts'
import type { IgtStudy } from '../api/study-schemas.ts'
import type { Category, Settings } from '../options.ts'
import type { Directory } from './directory.ts'
import { categoryFolders, type Location, locate } from './locate.ts'

/** A file in the storage: below a prefix that keys are given for. */
export interface Target {
  /** Ends with a slash. */
  readonly prefix: string
  readonly name: string
  readonly project?: string
  readonly study?: { readonly institute: string; readonly study: string; readonly category: Category }
}

/** Turns paths into files of the storage, and tells the service what becomes of them. */
export class Targets {
  readonly #directory: Directory
  readonly #settings: Settings

  constructor(directory: Directory, settings: Settings) {
    this.#directory = directory
    this.#settings = settings
  }

  locate(path: string): Location {
    const { root = '' } = this.#settings
    return locate(root === '' ? path : `${root}/${path}`, this.#settings)
  }

  /** Where something is read; `not_found` where there is no such study. */
  async find(path: string): Promise<Target> {
    const target = await this.#target(this.locate(path), async ({ institute, folder }) => {
      const found = await this.#directory.institute(institute)
      return { found, study: await this.#directory.bookOf(found).find(folder) }
    })
    if (target === undefined) throw new GantryError('not_found', 'There is no such study in the institute.')
    return target
  }

  /** Where something is written; a study is made where there is none, and `invalid` says that no institute holds it. */
  async ensure(path: string): Promise<Target> {
    const target = await this.#target(this.locate(path), async ({ institute, folder }) => {
      // What is `not_found` where something is written is the whole place; here it is this file that belongs nowhere.
      const found = await this.#directory.institute(institute).catch((error: unknown) => {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
        throw new GantryError('invalid', error.message, { path, cause: error, retryable: false })
      })
      return { found, study: await this.#directory.bookOf(found).ensure(folder) }
    })
    if (target === undefined) throw new GantryError('internal', 'A study that was made is not there.')
    return target
  }

  /** Tells the service of a file that comes now, or with `early` of one that is to come. */
  async announce({ prefix, name, study, project }: Target, size: number, early = false): Promise<void> {
    const announcer =
      study === undefined ? this.#directory.announcerOfProject(project ?? '') : this.#directory.announcerOf(study)
    const key = `${prefix}${name}`
    await (early ? announcer.expect(key, size) : announcer.announce(key, size))
  }

  /** Project files and annotations are complete when they are there. */
  async completed({ name, study }: Target, call: Call): Promise<void> {
    if (study === undefined || study.category === 'annotations') return
    const body = { uploadedPath: name, triggerAction: true }
    const path = { institute: study.institute, study: study.study }
    await this.#settings.cloud.ask(operations.completeFile, { path, body }, call)
  }

  async remove({ prefix, name, study, project }: Target, call: Call): Promise<void> {
    const { cloud } = this.#settings
    const query = { keys: [`${prefix}${name}`] }
    if (study !== undefined) {
      const path = { institute: study.institute, study: study.study }
      await cloud.ask(operations.removeStudyFiles, { path, query }, call)
    } else if (project !== undefined) {
      await cloud.ask(operations.removeProjectFiles, { path: { project }, query }, call)
    }
  }

  async #target(
    location: Location,
    studyOf: (
      at: Extract<Location, { kind: 'study' }>,
    ) => Promise<{ readonly found: { readonly id: string }; readonly study: IgtStudy | undefined }>,
  ): Promise<Target | undefined> {
    if (location.kind === 'document') throw new GantryError('internal', 'A document is no file of the storage.')
    if (location.kind === 'project') {
      const { id, s3Prefix } = await this.#directory.project()
      return { prefix: slashed(s3Prefix), name: location.name, project: id }
    }
    const { category, name } = location
    const { found, study } = await studyOf(location)
    if (study === undefined) return undefined
    return {
      prefix: `${slashed(study.s3Prefix)}${categoryFolders[category]}`,
      name,
      study: { institute: found.id, study: study.studyDatabaseId, category },
    }
  }
}

function slashed(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`
}
