import { type Call, GantryError, toCall } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'

import type { IgtCloud } from '../cloud.ts'
import type { IgtInstitute } from '../api/schemas.ts'
import type { IgtStudy } from '../api/study-schemas.ts'
import { foldersOf, type Structure } from './folder.ts'
import { firstMade, matchStudy } from './match-study.ts'
import { newStudy } from './new-study.ts'
import type { StudyDocument } from './study-document.ts'

/**
 * Which study each folder of an institute belongs to. A folder is looked up once, and a study made once, for any number
 * of files that come side by side; two folders never share a study.
 */
export class StudyBook {
  readonly #cloud: IgtCloud
  readonly #institute: IgtInstitute
  readonly #structure: Structure
  readonly #documents = new Map<string, StudyDocument>()
  readonly #found = new Map<string, Promise<IgtStudy | undefined>>()
  readonly #ensured = new Map<string, Promise<IgtStudy>>()
  /** The folder of each study that is in use. */
  readonly #taken = new Map<string, string>()
  /** All studies, for any number who wait for them. */
  #listing: ((call: Call) => Promise<IgtStudy[]>) | undefined
  /** The question that is under way for `#listAnew`, and the next one. */
  #asking: Promise<unknown> = Promise.resolve()
  #next: Promise<IgtStudy[]> | undefined

  readonly #onStudy: (study: IgtStudy, folder: string) => void

  constructor(
    cloud: IgtCloud,
    institute: IgtInstitute,
    structure: Structure,
    onStudy: (study: IgtStudy, folder: string) => void = () => {},
  ) {
    this.#onStudy = onStudy
    this.#cloud = cloud
    this.#institute = institute
    this.#structure = structure
  }

  /** What the `study.json` of a folder says; counts from the next look on. */
  describe(folder: string, document: StudyDocument): void {
    this.#documents.set(folder, document)
    this.#found.delete(folder)
  }

  /** The study of a folder; `undefined` where none is there. */
  async find(folder: string): Promise<IgtStudy | undefined> {
    let found = this.#found.get(folder)
    if (found === undefined) {
      found = this.#match(folder)
      this.#keep(this.#found, folder, found)
    }
    const study = await found
    // It may be made later, by somebody else too.
    if (study === undefined && this.#found.get(folder) === found) this.#found.delete(folder)
    return study
  }

  /** The study of a folder, where listings call it otherwise. */
  async findRenamed(folder: string): Promise<IgtStudy | undefined> {
    const study = await this.find(folder)
    if (study === undefined) return undefined
    const listed = foldersOf(await this.#known(), this.#structure).get(folder)
    return listed?.studyDatabaseId === study.studyDatabaseId ? undefined : study
  }

  /** The study of a folder, made where none is there. */
  async ensure(folder: string): Promise<IgtStudy> {
    let ensured = this.#ensured.get(folder)
    if (ensured === undefined) {
      ensured = this.#make(folder)
      this.#keep(this.#ensured, folder, ensured)
    }
    return await ensured
  }

  /** All studies as they are now; a call that ends leaves those who wait for the same. */
  async list(call = toCall()): Promise<IgtStudy[]> {
    this.#listing = sharedLoad(async (own) => await this.#cloud.studies(this.#institute.id, own))
    return await this.#listing(call)
  }

  /** All studies, asked for from now on: once for all that are made while an earlier question is under way. */
  async #listAnew(): Promise<IgtStudy[]> {
    this.#next ??= this.#asking.then(async () => {
      this.#next = undefined
      const listing = this.list()
      this.#asking = listing.catch(() => {})
      return await listing
    })
    return await this.#next
  }

  async #known(): Promise<IgtStudy[]> {
    return await (this.#listing?.(toCall()) ?? this.list())
  }

  async #match(folder: string): Promise<IgtStudy | undefined> {
    const study = matchStudy(await this.#known(), folder, this.#structure, this.#documents.get(folder))
    return study === undefined ? undefined : this.#take(study, folder)
  }

  async #make(folder: string): Promise<IgtStudy> {
    const found = await this.find(folder)
    if (found !== undefined) return found
    const body = newStudy(this.#institute, folder, this.#structure, this.#documents.get(folder))
    this.#listing = undefined
    // Where its answer is lost, the study is found when it is looked for again.
    const made = await this.#cloud.createStudy(this.#institute.id, body)
    const study = firstMade(await this.#listAnew(), made)
    // Another process was faster: what was made here is empty, and goes.
    if (study.studyDatabaseId !== made.studyDatabaseId) {
      await this.#cloud.removeStudy(this.#institute.id, made.studyDatabaseId)
      this.#listing = undefined
    }
    this.#found.set(folder, Promise.resolve(study))
    return this.#take(study, folder)
  }

  #take(study: IgtStudy, folder: string): IgtStudy {
    const by = this.#taken.get(study.studyDatabaseId)
    if (by !== undefined && by !== folder) {
      throw new GantryError('invalid', 'Two folders belong to one and the same study: their study.json name it both.')
    }
    this.#taken.set(study.studyDatabaseId, folder)
    if (by === undefined) this.#onStudy(study, folder)
    return study
  }

  /** What fails is asked for again. */
  #keep<Value>(kept: Map<string, Promise<Value>>, folder: string, value: Promise<Value>): void {
    kept.set(folder, value)
    value.catch(() => {
      if (kept.get(folder) === value) kept.delete(folder)
    })
  }
}
