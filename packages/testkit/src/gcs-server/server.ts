import { createPublicKey } from 'node:crypto'

import { openBytes } from '../s3-server/bytes/open-bytes.ts'
import { serve } from '../s3-server/serve.ts'
import { type GcsFault, type GcsFaultRule, GcsFaults } from './gcs-fault.ts'
import { type GcsDesk, handleRequest } from './handle-request.ts'
import type { GcsOperation } from './protocol/operation.ts'
import { RetryTests } from './retry-tests.ts'
import { type GcsServiceAccount, type GcsServiceAccountKey, inventServiceAccount } from './service-account.ts'
import { checkBucketName, newBucket } from './state/gcs-bucket.ts'
import { type GcsToken, type GcsWorld, generations } from './state/gcs-world.ts'

export interface GcsBucketOptions {
  readonly name: string
  /** Anyone may read and list. Default: false. */
  readonly public?: boolean | undefined
  /** Default: false. */
  readonly versioning?: boolean | undefined
  /** Objects may be retained, each until a time of its own. Default: false. */
  readonly objectRetention?: boolean | undefined
  /** Seconds for which every object is retained. Default: none. */
  readonly retentionPeriod?: number | undefined
  /** Default: false. */
  readonly defaultEventBasedHold?: boolean | undefined
  /** Default: `STANDARD`. */
  readonly storageClass?: string | undefined
}

export interface GcsServerOptions {
  /** Access tokens that are taken. Default: everybody may do everything. */
  readonly tokens?: readonly (string | GcsToken)[] | undefined
  /** Buckets to begin with; a name is one without anything particular. Default: none. */
  readonly buckets?: readonly (string | GcsBucketOptions)[] | undefined
  /** An existing folder, in which large bodies are kept rather than in memory, until the server closes. */
  readonly dir?: string | undefined
  /** What goes wrong from the start; see `fault`. Default: nothing. */
  readonly faults?: readonly GcsFaultRule[] | undefined
  /** Takes bodies without looking at them, and gives zeros back: for measuring a client. Default: false. */
  readonly discard?: boolean | undefined
  /** Default: 0, any free port. Always on 127.0.0.1. */
  readonly port?: number | undefined
  /** Of the parts of an upload of the XML API but the last, in bytes. Default: 5 MiB, as on GCS. */
  readonly minimumPartSize?: number | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface GcsServer {
  /** `http://127.0.0.1:port`, for `apiEndpoint` or `STORAGE_EMULATOR_HOST`. */
  readonly url: string
  /** How many requests of each operation have arrived, refused ones included. */
  readonly requests: Readonly<Partial<Record<GcsOperation, number>>>
  /** Makes something go wrong with the requests that a rule describes. */
  fault(rule: GcsFaultRule): GcsFault
  /** Lets another access token in; one of the same text is replaced. */
  admit(token: string | GcsToken): void
  /** Takes an access token no longer. */
  expel(token: string): void
  /** The key of an account whose signed URLs are honoured; it is invented at the first call. */
  serviceAccountKey(): Promise<GcsServiceAccountKey>
  /** Ends all connections, and forgets all that was stored. */
  close(): Promise<void>
}

/** Starts a Google Cloud Storage in this process, on the loopback interface. */
export async function startGcsServer(options: GcsServerOptions = {}): Promise<GcsServer> {
  const { now = Date.now, tokens } = options
  const store = await openBytes(options)
  const world: GcsWorld = {
    now,
    store,
    tokens: tokens === undefined ? undefined : new Map(tokens.map(toToken).map((token) => [token.token, token])),
    signers: new Map(),
    buckets: new Map(),
    uploads: new Map(),
    rewrites: new Map(),
    minimumPartSize: options.minimumPartSize ?? 5 * 1024 * 1024,
    nextGeneration: generations(now),
  }
  for (const given of options.buckets ?? []) {
    const bucket = typeof given === 'string' ? { name: given } : given
    checkBucketName(bucket.name)
    world.buckets.set(bucket.name, newBucket({ created: now(), public: false, ...bucket }))
  }
  const faults = new GcsFaults()
  for (const rule of options.faults ?? []) faults.add(rule)
  const desk: GcsDesk = { world, faults, retryTests: new RetryTests(), requests: {} }
  const serving = await serve(async (...given) => await handleRequest(desk, ...given), options.port)
  let account: Promise<GcsServiceAccount> | undefined
  return {
    url: serving.url,
    requests: desk.requests,
    fault: (rule) => faults.add(rule),
    admit: (token) => void world.tokens?.set(toToken(token).token, toToken(token)),
    expel: (token) => void world.tokens?.delete(token),
    async serviceAccountKey() {
      account ??= inventServiceAccount()
      const { key, publicKey } = await account
      world.signers.set(key.client_email, createPublicKey(publicKey))
      return key
    },
    async close() {
      await serving.close()
      await store.close()
    },
  }
}

function toToken(token: string | GcsToken): GcsToken {
  return typeof token === 'string' ? { token } : token
}
