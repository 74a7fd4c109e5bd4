import { type IgtOptions, type IgtServer, startIgt } from '@gantry-tooling/servers/igt'
import { startS3Server } from '@gantry/testkit/s3-server'

import type { RunOptions, RunResult } from './run.ts'
import { Workbench } from './workbench.ts'

/** A cloud, and a folder to work in. */
export class IgtBench {
  readonly bench: Workbench
  readonly server: IgtServer
  readonly #stop: () => Promise<void>

  private constructor(bench: Workbench, server: IgtServer, stop: () => Promise<void>) {
    this.bench = bench
    this.server = server
    this.#stop = stop
  }

  static async open(options: Partial<IgtOptions> = {}): Promise<IgtBench> {
    const storage = await startS3Server({ buckets: ['igt'] })
    const server = await startIgt({ storage, bucket: 'igt', ...options })
    return new IgtBench(await Workbench.make(), server, async () => {
      await server.stop()
      await storage.close()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
    await this.bench[Symbol.asyncDispose]()
  }

  get env(): Readonly<Record<string, string>> {
    return { ...this.bench.env, AWS_ENDPOINT_URL_S3: this.server.url, AWS_REGION: 'us-east-1' }
  }

  /** `gantry igt`, as `user` of this cloud. */
  async igt(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const who = ['--domain', this.server.url, '--user', 'user']
    return await this.raw([...argv, ...who], { input: 'password\n', ...options })
  }

  /** With nothing added. */
  async raw(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return await this.bench.gantry(['igt', ...argv], { ...options, env: { ...this.env, ...options.env } })
  }

  /** Paths and contents of all files below a folder, but for what the cloud says of its studies. */
  async tree(folder: string): Promise<Readonly<Record<string, string>>> {
    const files = await this.bench.files(folder)
    const kept = files.filter((path) => !path.endsWith('study.json'))
    return Object.fromEntries(
      await Promise.all(kept.map(async (path) => [path, await this.bench.read(`${folder}/${path}`)] as const)),
    )
  }

  /** Requests to the data that sent bytes. */
  get sent(): number {
    return this.server.requests.filter(({ area, method }) => area === 'data' && method === 'PUT').length
  }
}
