import { randomBytes } from 'node:crypto'

import type { GoogleOptions } from './options.ts'

export interface MintedToken {
  readonly scopes: readonly string[]
  /** By the clock of the server. */
  readonly expires: number
  revoked: boolean
}

interface Code {
  readonly clientId: string
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string | undefined
  readonly scopes: readonly string[]
  readonly offline: boolean
  readonly expires: number
}

interface Device {
  readonly clientId: string
  readonly userCode: string
  readonly scopes: readonly string[]
  readonly expires: number
  interval: number
  /** When it asked last. */
  asked: number
}

/** What a test changes while the server runs. */
export interface Controls {
  /** What the person does on the page of consent, and with a device code once it was entered. */
  consent: 'grant' | 'deny'
  /** Scopes that the person unticks. */
  unticked: readonly string[]
  /** Somebody is signed in at the provider: `prompt=none` brings a code. */
  session: boolean
  /** Whether the person has entered the code of a device. */
  deviceEntered: boolean
  /** Milliseconds that the server's clock is ahead. */
  clockOffset: number
  /** Refuses a resource, `projects/p/locations/l` or what is below it, for a permission. */
  denied: { readonly resource: string; readonly permission: string }[]
  /** Answers to the next requests whose path contains a text, each once. */
  failures: Failure[]
  /** Overrides the nonce in ID tokens. */
  nonce: string | undefined
  /** Who is signed in at the provider. */
  subject: string
}

export interface Failure {
  readonly path: string
  /** `hangup`: no answer. */
  readonly status: number | 'hangup'
  readonly retryAfter?: string
  /** Default: as Google says it. */
  readonly body?: string
}

export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
}

/** Everything that the server remembers. */
export class State {
  readonly options: GoogleOptions
  readonly codes = new Map<string, Code>()
  readonly devices = new Map<string, Device>()
  readonly tokens = new Map<string, MintedToken>()
  readonly refreshTokens = new Map<string, { readonly clientId: string; readonly scopes: readonly string[] }>()
  readonly requests: Seen[] = []
  readonly controls: Controls = {
    consent: 'grant',
    unticked: [],
    session: false,
    deviceEntered: true,
    clockOffset: 0,
    denied: [],
    failures: [],
    nonce: undefined,
    subject: '110169484474386276334',
  }

  constructor(options: GoogleOptions) {
    this.options = options
  }

  now(): number {
    return Date.now() + this.controls.clockOffset
  }

  /** An access token of these scopes. */
  mint(scopes: readonly string[], lifetime = this.options.tokenLifetime ?? 3599): string {
    const token = `ya29.${randomText()}`
    this.tokens.set(token, { scopes, expires: this.now() + lifetime * 1000, revoked: false })
    return token
  }
}

export function randomText(): string {
  return randomBytes(24).toString('base64url')
}
