import type { IncomingMessage, ServerResponse } from 'node:http'
import { openBytes } from './bytes/open-bytes.ts'
import { faultList, type S3Fault, type S3FaultRule } from './fault.ts'
import { type Desk, handleRequest } from './handle-request.ts'
import { checkBucketName } from './operations/buckets.ts'
import type { S3Credential } from './protocol/credentials.ts'
import type { S3Operation } from './protocol/operation.ts'
import { serve } from './serve.ts'
import { newBucket } from './state/bucket.ts'
import type { World } from './state/world.ts'

export interface S3ServerOptions {
  /** Who may sign requests; the first is `server.credentials`. Default: one with an invented key. */
  readonly credentials?: readonly S3Credential[] | undefined
  /** Buckets to begin with. Default: none. */
  readonly buckets?: readonly string[] | undefined
  /** Further buckets, which anyone may read and list without signing. Default: none. */
  readonly publicBuckets?: readonly string[] | undefined
  /** Default: `us-east-1`. */
  readonly region?: string | undefined
  /** An existing folder, in which large bodies are kept rather than in memory, until the server closes. */
  readonly dir?: string | undefined
  /** What goes wrong from the start; see `fault`. Default: nothing. */
  readonly faults?: readonly S3FaultRule[] | undefined
  /**
   * Takes bodies without looking at them, and gives zeros back: for measuring a client. Signatures of requests are
   * verified even so. Default: false.
   */
  readonly discard?: boolean | undefined
  /** Default: 0, any free port. Always on 127.0.0.1. */
  readonly port?: number | undefined
  /** Of the parts of an upload but the last, in bytes. Default: 5 MiB, as on S3. */
  readonly minimumPartSize?: number | undefined
  /** Milliseconds that restoring from Glacier takes. Default: four hours. */
  readonly thawTime?: number | undefined
  /** Milliseconds since 1970, for expiries, skew and times of modification. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

export interface S3Server {
  /** `http://127.0.0.1:port`: buckets are addressed by path. */
  readonly url: string
  readonly region: string
  readonly credentials: S3Credential
  /** What the AWS SDK's `S3Client` needs to be told. */
  readonly clientConfig: S3ClientConfig
  /** How many requests of each operation have arrived, refused ones included. */
  readonly requests: Readonly<Partial<Record<S3Operation, number>>>
  /** Makes something go wrong with the requests that a rule describes. */
  fault(rule: S3FaultRule): S3Fault
  /** Answers a request that came to another server of this process, such as a gate before this one; never rejects. */
  handle(incoming: IncomingMessage, response: ServerResponse): Promise<void>
  /** Lets another credential in, such as a temporary one; one with the same access key is replaced. */
  admit(credential: S3Credential): void
  /** Ends all connections, and forgets all that was stored. */
  close(): Promise<void>
}

export interface S3ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly forcePathStyle: true
  readonly credentials: S3Credential
}

const inventedCredential: S3Credential = { accessKeyId: 'GANTRYTESTACCESSKEY0', secretAccessKey: 'gantry/test+secret' }

/** Starts an S3 server in this process, on the loopback interface. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { credentials = [inventedCredential], region = 'us-east-1', now = Date.now } = options
  const admitted = new Map(credentials.map((credential) => [credential.accessKeyId, credential]))
  const store = await openBytes(options)
  const world: World = {
    region,
    now,
    credentials: admitted,
    buckets: new Map(),
    store,
    minimumPartSize: options.minimumPartSize ?? 5 * 1024 * 1024,
    thawTime: options.thawTime ?? 4 * 60 * 60 * 1000,
  }
  addBuckets(world, options.buckets ?? [], false)
  addBuckets(world, options.publicBuckets ?? [], true)
  const desk: Desk = { world, faults: faultList(options.faults), requests: {} }
  const serving = await serve(async (...given) => await handleRequest(desk, ...given), options.port)
  const { url } = serving
  const main = credentials[0] ?? inventedCredential
  return {
    url,
    region,
    credentials: main,
    clientConfig: { endpoint: url, region, forcePathStyle: true, credentials: main },
    requests: desk.requests,
    fault: desk.faults.add,
    handle: async (incoming, response) => await serving.handle(incoming, response, false),
    admit: (credential) => void admitted.set(credential.accessKeyId, credential),
    close: async () => {
      await serving.close()
      await store.close()
    },
  }
}

function addBuckets(world: World, names: readonly string[], open: boolean): void {
  for (const name of names) {
    checkBucketName(name)
    world.buckets.set(name, newBucket({ name, created: world.now(), public: open, objectLock: false }))
  }
}
