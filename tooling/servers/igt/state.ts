import { randomBytes, randomUUID } from 'node:crypto'

import type { IgtControls, IgtOptions, IgtRequest } from './options.ts'

export interface Project {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly projectTypeName: string
  readonly studyType: string
  readonly continents: readonly string[]
  readonly s3Prefix: string
}

export interface Institute {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly parentId: string
  readonly hasSeries: boolean
  readonly projectTypeName: string
  readonly studyType: string
  readonly s3Prefix: string
}

export type Study = Record<string, unknown> & {
  readonly studyDatabaseId: string
  readonly instituteId: string
  readonly s3Prefix: string
}

interface Session {
  readonly jwt: string
  readonly csrf: string
  readonly sub: string
  readonly isService: boolean
  readonly refreshToken: string | undefined
  expires: number
}

interface Service {
  readonly id: string
  readonly serviceId: string
  readonly name: string
  readonly organizationId: string
  readonly publicKey: string
}

/** What a credential for the data may do, and below which keys. */
interface Grant {
  readonly prefix: string
  readonly action: 'GET' | 'PUT'
  revoked: boolean
}

/** All that the server knows; in memory. */
export class State {
  readonly options: IgtOptions
  readonly controls: IgtControls = {
    delay: 0,
    failures: [],
    denied: [],
    unanswered: undefined,
    listsParts: true,
  }
  readonly requests: IgtRequest[] = []
  readonly projects: Project[] = []
  readonly institutes: Institute[] = []
  readonly studies: Study[] = []
  readonly sessions: Session[] = []
  readonly services: Service[] = []
  readonly grants = new Map<string, Grant>()
  /** Sizes that were announced, by key. */
  readonly announced = new Map<string, number>()
  /** Files that the server tells of whatever the storage holds, by the prefix of their folder: for hostile names. */
  readonly planted = new Map<string, { fileName: string; key: string; fileSize: number }[]>()
  /** Database ids of studies that were submitted. */
  readonly submitted: string[] = []
  readonly imports: unknown[] = []
  readonly preprocessed: unknown[] = []
  #made = 0

  constructor(options: IgtOptions) {
    this.options = options
    const { projects = [{ name: 'Project', institutes: ['Hospital A', 'Hospital B'] }] } = options
    for (const { name, studyType = 'AnnotationStudy', institutes = [] } of projects) {
      const id = `p${this.projects.length + 1}`
      const shared = { description: '', projectTypeName: 'default' }
      this.projects.push({ ...shared, id, name, studyType, continents: ['eu'], s3Prefix: `${id}/files/` })
      for (const given of institutes) {
        const institute = typeof given === 'string' ? { name: given } : given
        const own = `h${this.institutes.length + 1}`
        this.institutes.push({
          ...shared,
          id: own,
          name: institute.name,
          parentId: id,
          hasSeries: true,
          studyType: institute.studyType ?? studyType,
          s3Prefix: `${id}/${own}/`,
        })
      }
    }
  }

  login(sub: string, isService: boolean): Session {
    const { sessionSeconds = 1800, refreshable = true } = this.options
    const expires = Date.now() + sessionSeconds * 1000
    const refreshToken = refreshable && !isService ? randomUUID() : undefined
    const payload = { sub, uid: sub, exp: Math.floor(expires / 1000), access_token: `access-${randomUUID()}` }
    const segments = [
      { alg: 'HS256', typ: 'JWT' },
      { ...payload, ...(refreshToken !== undefined && { refresh_token: refreshToken }) },
    ]
    const head = segments.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.')
    const jwt = `${head}.${randomBytes(32).toString('base64url')}`
    const session = { jwt, csrf: `csrf-${randomUUID()}`, sub, isService, refreshToken, expires }
    this.sessions.push(session)
    return session
  }

  sessionOf(jwt: string | undefined): Session | undefined {
    return this.sessions.find((one) => one.jwt === jwt && one.expires > Date.now())
  }

  createStudy(institute: Institute, body: Readonly<Record<string, unknown>>): Study {
    const number = (this.#made += 1)
    const prefix = `${institute.s3Prefix}s${number}/`
    const study: Study = {
      ...body,
      studyDatabaseId: `${institute.id}-s${number}`,
      instituteId: institute.id,
      projectId: institute.parentId,
      studyIdHumanReadable: `${patientOf(body)}/${text(body['studyId']) ?? `study${number}`}`,
      createdOn: new Date().toISOString(),
      s3Prefix: prefix,
    }
    this.studies.push(study)
    return study
  }
}

/** By what a patient is called, whatever the type of the study. */
function patientOf(body: Readonly<Record<string, unknown>>): string {
  const patient = body['patient'] as Readonly<Record<string, unknown>> | undefined
  const told = [patient?.['patientName'], patient?.['patientId'], body['subjectId'], body['name']]
  return told.map(text).find((one) => one !== undefined) ?? 'unknown'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
