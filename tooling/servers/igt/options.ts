import type { IncomingMessage, ServerResponse } from 'node:http'

import type { State } from './state.ts'

/** The part of an S3 server that holds the cloud's data; the double of `@gantry/testkit/s3-server` fits. */
export interface IgtStorage {
  readonly url: string
  /** Answers what was let through. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Lets a temporary credential in. */
  admit(credential: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
    readonly expiration: Date
  }): void
}

export interface IgtInstitute {
  readonly name: string
  /** Default: the project's. */
  readonly studyType?: string
}

export interface IgtProject {
  readonly name: string
  /** Default: `AnnotationStudy`. */
  readonly studyType?: string
  readonly institutes?: readonly (string | IgtInstitute)[]
}

export interface IgtOptions {
  readonly storage: IgtStorage
  /** A bucket that is there. */
  readonly bucket: string
  /** Default: one project `Project` with the institutes `Hospital A` and `Hospital B`. */
  readonly projects?: readonly IgtProject[]
  /** Names and passwords. Default: `user` with `password`. */
  readonly users?: Readonly<Record<string, string>>
  /** Seconds that a session lives. Default: 1800, as IGT's do. */
  readonly sessionSeconds?: number
  /** Seconds that credentials for the data live. Default: 7200. */
  readonly credentialSeconds?: number
  /** Sessions carry a token to refresh them with. Default: true. */
  readonly refreshable?: boolean
  /** Default: 0, any free port. Always on 127.0.0.1. */
  readonly port?: number
}

/** What a test may change while the server runs. */
export interface IgtControls {
  /** Milliseconds before each answer. */
  delay: number
  /** Answered so, once each, where the path contains `path`; `hangup` closes the connection instead, `silence` leaves it open. */
  readonly failures: { path: string; method?: string; status: number | 'hangup' | 'silence'; after?: boolean }[]
  /** Answered 403, for as long as they stand here. */
  readonly denied: { path: string; method?: string }[]
  /** API calls whose path contains it are left without an answer, and do nothing. */
  unanswered: string | undefined
  /** Credentials for the data may ask which parts of an upload are there. */
  listsParts: boolean
}

/** A request that has come, without what it carried in headers and body but for the body of JSON calls. */
export interface IgtRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: unknown
  readonly area: 'api' | 'data'
  /** Of the body, as far as it has come; told of requests to the data. */
  bytes?: number
  /** Status of an answer that was given to its end; told of requests to the data. */
  answered?: number
}

export interface IgtServer {
  readonly url: string
  readonly controls: IgtControls
  readonly state: State
  readonly requests: readonly IgtRequest[]
  /** Ends all sessions as time would, or as somebody who logs everybody out. */
  expireSessions(): void
  /** Ends all credentials for the data. */
  expireCredentials(): void
  stop(): Promise<void>
}
