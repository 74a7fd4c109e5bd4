import { type Call, GantryError, toCall } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'

import type { IgtInstitute, IgtProject } from '../api/schemas.ts'
import { operations } from '../api/operations.ts'
import { Announcer } from '../data/announcer.ts'
import type { Settings } from '../options.ts'
import { segmentOf } from '../study/folder.ts'
import { StudyBook } from '../study/study-book.ts'

/** Project and institutes by name, looked up once, and what belongs to each. */
export class Directory {
  readonly #settings: Settings
  readonly #books = new Map<string, StudyBook>()
  readonly #announcers = new Map<string, Announcer>()
  readonly #project: (call: Call) => Promise<IgtProject | undefined>
  readonly #institutes: (call: Call) => Promise<readonly IgtInstitute[]>

  constructor(settings: Settings) {
    this.#settings = settings
    const { cloud, project, institutes } = settings
    this.#project = sharedLoad(async (call) => {
      return typeof project === 'object' ? project : (await cloud.projects(call)).find((one) => one.name === project)
    })
    this.#institutes = sharedLoad(async (call) => {
      if (institutes !== undefined) return institutes
      return await cloud.institutes(project === undefined ? undefined : (await this.project(call)).id, call)
    })
  }

  /** `not_found` where there is none of that name. */
  async project(call = toCall()): Promise<IgtProject> {
    const project = await this.#project(call)
    if (project === undefined) throw new GantryError('not_found', 'There is no such project, or you do not see it.')
    return project
  }

  async institutes(call = toCall()): Promise<readonly IgtInstitute[]> {
    return await this.#institutes(call)
  }

  async institute(name: string): Promise<IgtInstitute> {
    const found = (await this.institutes()).filter((one) => segmentOf(one.name) === name)
    if (found.length > 1) throw new GantryError('invalid', 'Several institutes are called like that.')
    if (found[0] !== undefined) return found[0]
    throw new GantryError('not_found', 'There is no such institute in the project, or you do not see it.')
  }

  bookOf(institute: IgtInstitute): StudyBook {
    const { cloud, structure, studyDocuments, onStudy } = this.#settings
    let book = this.#books.get(institute.id)
    if (book === undefined) {
      book = new StudyBook(cloud, institute, structure, (study, folder) => onStudy?.(institute, study, folder))
      const prefix = `${segmentOf(institute.name)}/`
      for (const [folder, document] of studyDocuments ?? []) {
        if (folder.startsWith(prefix)) book.describe(folder.slice(prefix.length), document)
      }
      this.#books.set(institute.id, book)
    }
    return book
  }

  /** Tells the service of files that come into a study. */
  announcerOf(at: { readonly institute: string; readonly study: string }): Announcer {
    const { cloud } = this.#settings
    return this.#announcer(at.study, async (body) => {
      await cloud.ask(operations.announceStudyFiles, { path: at, body })
    })
  }

  announcerOfProject(project: string): Announcer {
    const { cloud } = this.#settings
    return this.#announcer(project, async (body) => {
      await cloud.ask(operations.announceProjectFiles, { path: { project }, body })
    })
  }

  #announcer(id: string, send: (files: { key: string; fileSize: number }[]) => Promise<void>): Announcer {
    const announcer = this.#announcers.get(id) ?? new Announcer(send)
    this.#announcers.set(id, announcer)
    return announcer
  }
}
