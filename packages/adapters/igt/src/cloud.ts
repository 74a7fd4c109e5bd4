import { checkGiven, type Call, type CallOptions, GantryError, toCall } from '@gantry/core/driver'
import type { Transport } from '@gantry/http'
import { isPrivateRoad } from '@gantry/http'
import { nodeTransport } from '@gantry/http/node'

import { ApiClient } from './api/api-client.ts'
import type { AnswerOf, Operation, ParametersOf } from './api/operation.ts'
import { operations } from './api/operations.ts'
import type { IgtFile, IgtInstitute, IgtProject, IgtSeries, IgtService, IgtStudyFiles } from './api/schemas.ts'
import type { IgtStudy } from './api/study-schemas.ts'
import { type IgtLogin, Session } from './auth/session.ts'
import type { IgtTokens } from './auth/tokens.ts'
import { signOff, type Signer, type StudyPlace } from './study/sign-off.ts'

export interface IgtCloudOptions {
  /** `https://igt-web.eu1.phsdp.com`; without a scheme, https. */
  readonly domain: string
  readonly login: IgtLogin
  /** Default: over `node:http`, with the proxies of the environment. */
  readonly transport?: Transport | undefined
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string | readonly string[] | undefined
  readonly now?: (() => number) | undefined
}

/** Scheme, host and port of a domain as people write it; plain http only to this machine. */
export function igtOrigin(domain: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//iu.test(domain) ? domain : `https://${domain}`)
  if (url === null || !isPrivateRoad(url)) {
    throw new GantryError('invalid', 'The domain of an IGT cloud is a host name, or a URL such as https://host.')
  }
  return url.origin
}

/** A client of the API, by typed calls; logs in with the first one. */
export class IgtCloud {
  readonly domain: string
  readonly session: Session
  readonly now: () => number
  readonly #transport: Transport

  constructor(options: IgtCloudOptions) {
    checkGiven(options, 'an IGT cloud', { domain: 'string', login: 'object', transport: 'object?', now: 'function?' })
    const { domain, login, ca, now = Date.now } = options
    this.domain = igtOrigin(domain)
    this.now = now
    this.#transport = options.transport ?? nodeTransport({ service: 'The IGT cloud', ca })
    this.session = new Session(new ApiClient(this.domain, this.#transport, now), login, now)
  }

  /** Tokens of the session that live for a while yet. */
  async tokens(options: CallOptions = {}): Promise<IgtTokens> {
    return await this.session.get(toCall(options))
  }

  /** Any call of the description. */
  async ask<One extends Operation>(one: One, parameters: ParametersOf<One>, call = toCall()): Promise<AnswerOf<One>> {
    return await this.session.ask(one, parameters, call)
  }

  /** Who the tokens belong to; `unauthenticated` where they are none. */
  async introspect(call?: Call): Promise<AnswerOf<typeof operations.introspect>> {
    return await this.ask(operations.introspect, {}, call)
  }

  async projects(call?: Call): Promise<IgtProject[]> {
    return await this.ask(operations.projects, {}, call)
  }

  /** Institutes of a project; without one, of all. */
  async institutes(project?: string, call?: Call): Promise<IgtInstitute[]> {
    return project === undefined
      ? await this.ask(operations.allInstitutes, {}, call)
      : await this.ask(operations.institutes, { path: { project } }, call)
  }

  async studies(institute: string, call?: Call): Promise<IgtStudy[]> {
    return await this.ask(operations.studies, { path: { institute } }, call)
  }

  async study(institute: string, study: string, call?: Call): Promise<IgtStudy> {
    return await this.ask(operations.study, { path: { institute, study } }, call)
  }

  async createStudy(
    institute: string,
    body: { readonly studyType: string; readonly instituteId: string },
    call?: Call,
  ): Promise<IgtStudy> {
    return await this.ask(operations.createStudy, { path: { institute }, body }, call)
  }

  async updateStudy(institute: string, study: string, body: Record<string, unknown>, call?: Call): Promise<IgtStudy> {
    return await this.ask(operations.updateStudy, { path: { institute, study }, body }, call)
  }

  async removeStudy(institute: string, study: string, call?: Call): Promise<void> {
    await this.ask(operations.removeStudy, { path: { institute, study } }, call)
  }

  /**
   * Signs a study off as submitted, with the password once more, whoever is logged in. Resolves to whether that was done here:
   * a study that the cloud has as submitted is not signed again, and nobody is asked for the password.
   */
  async signOff(place: StudyPlace, signer: Signer, call = toCall()): Promise<boolean> {
    return await signOff(this.session, place, signer, call)
  }

  async series(institute: string, study: string, call?: Call): Promise<IgtSeries[]> {
    return await this.ask(operations.series, { path: { institute, study } }, call)
  }

  async projectFiles(project: string, call?: Call): Promise<IgtFile[]> {
    return (await this.ask(operations.projectFiles, { path: { project } }, call)).files ?? []
  }

  /** Files of a study; `auxiliary`: its DICOM files and annotations too. */
  async studyFiles(institute: string, study: string, auxiliary: boolean, call?: Call): Promise<IgtStudyFiles> {
    const query = auxiliary ? ({ auxiliary: 'True' } as const) : {}
    return await this.ask(operations.studyFiles, { path: { institute, study }, query }, call)
  }

  async services(institute: string, call?: Call): Promise<IgtService[]> {
    return await this.ask(operations.services, { path: { institute } }, call)
  }

  /** A new identity; its private key is told this once. */
  async createService(institute: string, name: string, call?: Call): Promise<IgtService> {
    return await this.ask(operations.createService, { path: { institute }, body: { name } }, call)
  }

  async removeService(institute: string, service: string, call?: Call): Promise<void> {
    await this.ask(operations.removeService, { path: { institute, service } }, call)
  }

  async logout(call?: Call): Promise<void> {
    await this.session.logout(call)
  }

  close(): void {
    this.#transport.close()
  }
}
