import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { type Contestant, contest } from './contest.ts'
import {
  bytesOf,
  type DataSet,
  describeSet,
  emptyFolder,
  longFiles,
  makeDataSet,
  refuseUnlessEqual,
  slices,
} from './data-set.ts'
import { gantry } from './gantry.ts'
import { measure } from './measure.ts'
import { reportContest } from './report.ts'

/** An S3 server to measure against, path style. */
export interface S3Server {
  readonly name: string
  readonly endpoint: string
  readonly accessKey: string
  readonly secretKey: string
  /** Answers without storing: the client alone is measured, uploads only. */
  readonly discards?: boolean
}

/** What rclone is fastest with, by data set. */
const bestOfRclone: Record<string, string[]> = {
  A: ['--transfers', '8', '--checkers', '8'],
  B: ['--transfers', '4', '--s3-upload-concurrency', '4', '--s3-chunk-size', '16M', '--multi-thread-streams', '4'],
}
const bestOfRcloneDown: Record<string, string[]> = { A: ['--transfers', '16'], B: ['--transfers', '4'] }

/** Folder to bucket and back, against Debian's rclone and awscli, digests checked by `diff` after every download. */
export async function benchS3(folder: string, server: S3Server, rounds: number): Promise<string> {
  const reports: string[] = []
  for (const set of [slices, longFiles]) {
    const source = makeDataSet(folder, set)
    const up = await contest(uploads(server, source, set), rounds)
    reports.push(reportContest(`folder -> ${server.name}, ${describeSet(set)}`, up, 'rclone', bytesOf(set)))
    if (server.discards === true) continue
    const down = await contest(downloads(folder, server, source, set), rounds)
    reports.push(reportContest(`${server.name} -> folder, ${describeSet(set)}`, down, 'rclone', bytesOf(set)))
  }
  return reports.join('\n')
}

/** For AWS's tool and rclone's remote `peer:`. */
export function awsEnvironment({ endpoint, accessKey, secretKey }: S3Server): NodeJS.ProcessEnv {
  return {
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    // Debian's rclone stops at it, and nothing here speaks TLS.
    AWS_CA_BUNDLE: undefined,
    RCLONE_CONFIG_PEER_TYPE: 's3',
    RCLONE_CONFIG_PEER_PROVIDER: 'Other',
    RCLONE_CONFIG_PEER_ENV_AUTH: 'true',
    RCLONE_CONFIG_PEER_ENDPOINT: endpoint,
    RCLONE_CONFIG_PEER_FORCE_PATH_STYLE: 'true',
    RCLONE_S3_NO_CHECK_BUCKET: 'true',
  }
}

function tools(server: S3Server) {
  const { endpoint } = server
  const env = awsEnvironment(server)
  return {
    rclone: (args: string[]) => measure({ command: 'rclone', args: ['--config', '/dev/null', ...args], env }),
    // Debian's own, whatever else the PATH may offer under that name.
    aws: (args: string[]) => measure({ command: '/usr/bin/aws', args: ['--endpoint-url', endpoint, ...args], env }),
    gantry: (args: string[]) => measure(gantry(args, env)),
  }
}

const bucket = 'gantry-bench'

function uploads(server: S3Server, source: string, set: DataSet): Contestant[] {
  const { rclone, aws, gantry: run } = tools(server)
  const one = (name: string, work: (prefix: string) => ReturnType<typeof run>): Contestant => {
    let prefix = `${set.name}-${name}`
    let runs = 0
    return {
      name,
      prepare: async () => {
        if (server.discards === true) {
          // It remembers names, and what is there already would not be sent.
          runs += 1
          prefix = `${set.name}-${name}-${runs}`
          return
        }
        await aws(['s3', 'mb', `s3://${bucket}`]).catch(() => undefined)
        await aws(['s3', 'rm', '--recursive', '--quiet', `s3://${bucket}/${prefix}`])
      },
      run: () => work(prefix),
      check: async () => {
        if (server.discards !== true) await rclone(['check', '--download', '-q', source, `peer:${bucket}/${prefix}`])
      },
    }
  }
  // What is thrown away has no digest that could be compared.
  const best = [...(bestOfRclone[set.name] ?? []), ...(server.discards === true ? ['--ignore-checksum'] : [])]
  return [
    one('rclone', (prefix) => rclone(['copy', '-q', '--no-traverse', ...best, source, `peer:${bucket}/${prefix}`])),
    one('awscli', (prefix) => aws(['s3', 'cp', '--recursive', '--quiet', source, `s3://${bucket}/${prefix}`])),
    one('gantry', (prefix) => run(['copy', source, `s3://${bucket}/${prefix}`, '--quiet', '--new'])),
  ]
}

/** Every tool reads what it wrote itself, so that each finds the checksums that it knows how to check. */
function downloads(folder: string, server: S3Server, source: string, set: DataSet): Contestant[] {
  const { rclone, aws, gantry: run } = tools(server)
  const target = join(folder, 'download')
  const one = (name: string, work: (prefix: string) => ReturnType<typeof run>, by = name): Contestant => ({
    name,
    prepare: () => emptyFolder(target),
    run: () => work(`${set.name}-${by}`),
    check: () => refuseUnlessEqual(source, target),
  })
  const ours = (words: readonly string[]) => (prefix: string) =>
    run(['copy', `s3://${bucket}/${prefix}`, target, '--quiet', '--new', ...words])
  const best = bestOfRcloneDown[set.name] ?? []
  return [
    one('rclone', (prefix) => rclone(['copy', '-q', ...best, `peer:${bucket}/${prefix}`, target])),
    one('awscli', (prefix) => aws(['s3', 'cp', '--recursive', '--quiet', `s3://${bucket}/${prefix}`, target])),
    one('gantry', ours([])),
    // Nobody else flushes what was downloaded.
    one('gantry, cache', ours(['--to-option', 'durability=cache']), 'gantry'),
  ]
}

/** A server in a process of its own that takes uploads and forgets them. */
export async function withDiscardServer<Value>(work: (server: S3Server) => Promise<Value>): Promise<Value> {
  return await withServer('discard-server.ts', [], async (endpoint) => {
    return await work({ name: 'discard', endpoint, accessKey: 'bench', secretKey: 'bench', discards: true })
  })
}

export const doubleName = 'S3 double'

/** The project's own S3 server in a process of its own. */
export async function withS3Double<Value>(folder: string, work: (server: S3Server) => Promise<Value>): Promise<Value> {
  const dir = join(folder, 's3-double')
  emptyFolder(dir)
  return await withServer('s3-double.ts', [dir], async (line) => {
    return await work({ name: doubleName, ...(JSON.parse(line) as Omit<S3Server, 'name'>) })
  })
}

/** A program that says in its first line how it is reached. */
async function withServer<Value>(
  program: string,
  args: readonly string[],
  work: (line: string) => Promise<Value>,
): Promise<Value> {
  const script = join(import.meta.dirname, program)
  const child = spawn(process.execPath, ['--conditions=@gantry/source', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    return await work(line.toString().trim())
  } finally {
    child.kill()
  }
}
