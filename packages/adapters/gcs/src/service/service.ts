import { type Call, collect, type GantryError } from '@gantry/core/driver'
import { type Answer, notOf, Sender, type SentRequest } from '@gantry/http'
import { nodeTransport } from '@gantry/http/node'
import * as z from 'zod'

import type { Settings } from '../options.ts'
import { credentialsOf } from './credentials.ts'
import { errorOfRefusal } from './refusal.ts'

/** A page of a thousand objects with all of their metadata. */
const longestAnswer = 32 * 1024 * 1024
/** Longest answer that is read and not looked at. */
const longestIgnored = 64 * 1024

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface GcsRequest extends Omit<SentRequest, 'headers' | 'errorOf'> {
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks GCS in somebody's name; what it refuses is a `GantryError`. */
export class Service {
  readonly settings: Settings
  readonly #transport: ReturnType<typeof nodeTransport>
  readonly #sender: Sender

  constructor(settings: Settings) {
    this.settings = settings
    const { ca, environment, now } = settings
    this.#transport = nodeTransport({ ca, environment, service: 'Google Cloud Storage' })
    this.#sender = new Sender({
      transport: this.#transport,
      credentials: credentialsOf(settings),
      errorOf: errorOfRefusal,
      now,
    })
  }

  /** The object's name in the bucket. */
  keyOf = (path: string): string => this.settings.prefix + path

  /** Of the JSON API: the bucket itself. */
  bucketUrl(query: Query = {}): string {
    return `${this.settings.endpoint}/storage/v1/b/${this.settings.bucket}${queryOf(query)}`
  }

  /** Of the JSON API: the bucket's objects. */
  objectsUrl(query: Query = {}): string {
    return `${this.bucketUrl()}/o${queryOf(query)}`
  }

  /** Of the JSON API: an object, or what is to be done with it. */
  objectUrl(key: string, query: Query = {}, action = ''): string {
    return `${this.objectsUrl()}/${encodeURIComponent(key)}${action}${queryOf(query)}`
  }

  uploadUrl(query: Query): string {
    return `${this.settings.endpoint}/upload/storage/v1/b/${this.settings.bucket}/o${queryOf(query)}`
  }

  /** Of the XML API; without a key, the bucket. */
  xmlUrl(key: string | undefined, query: Query = {}): string {
    const path = key === undefined ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`
    return `${this.settings.endpoint}/${this.settings.bucket}${path}${queryOf(query)}`
  }

  /** The answer to a request that is granted; its body must be read or closed. */
  async send(request: GcsRequest, call: Call): Promise<Answer> {
    const { userProject } = this.settings
    const headers = { ...(userProject !== undefined && { 'x-goog-user-project': userProject }), ...request.headers }
    return await this.#sender.send({ ...request, headers }, call)
  }

  async text(request: GcsRequest, call: Call): Promise<{ readonly answer: Answer; readonly text: string }> {
    const answer = await this.send(request, call)
    return { answer, text: new TextDecoder().decode(await collect(answer.body, longestAnswer)) }
  }

  async json<Schema extends z.ZodType>(request: GcsRequest, schema: Schema, call: Call): Promise<z.output<Schema>> {
    const { text } = await this.text(request, call)
    return parseJson(text, schema)
  }

  /** For its effect alone. */
  async perform(request: GcsRequest, call: Call): Promise<Answer> {
    const answer = await this.send(request, call)
    // Read to its end, so that the connection can be used again.
    await collect(answer.body, longestIgnored)
    return answer
  }

  close(): void {
    this.#transport.close()
  }
}

export function parseJson<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notOfGcs()
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw notOfGcs()
  return parsed.data
}

export function jsonBody(value: unknown) {
  return {
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: new TextEncoder().encode(JSON.stringify(value)),
  }
}

export function notOfGcs(): GantryError {
  return notOf('Google Cloud Storage')
}

function queryOf(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value === '' ? name : `${name}=${encodeURIComponent(String(value))}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
