import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { contest } from './contest.ts'
import { emptyFolder } from './data-set.ts'
import { gantry } from './gantry.ts'
import { measure } from './measure.ts'
import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'
import { reportContest } from './report.ts'

const files = 20
const size = 512 * 1024
/** Milliseconds. */
const roundTrip = 40

/** Against a client with igtcloud's four by four and its round trips for every file, at 40 ms a round trip. */
export async function benchIgt(folder: string, rounds: number): Promise<string> {
  const studies = Number(process.env['GANTRY_BENCH_IGT_STUDIES'] ?? 100)
  const bytes = studies * files * size
  const host = fork(join(import.meta.dirname, 'igt-host.ts'), [String(roundTrip)], {
    execArgv: ['--conditions=@gantry/source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (host.stdout === null) throw new Error('The host says nothing.')
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
  const { url, jwt, csrf } = JSON.parse(line) as { url: string; jwt: string; csrf: string }
  const counts = async () => {
    host.send('count')
    const [told] = (await once(host, 'message')) as [{ api: number; data: number }]
    return told
  }
  const environment = {
    CLOUD_JWT_TOKEN: jwt,
    CLOUD_CSRF_TOKEN: csrf,
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: 'us-east-1',
  }
  const ours = (verb: string, at: string, institute: string) =>
    gantry(['igt', verb, at, 'P', institute, '--domain', url, '--quiet'], environment)
  const peer = (mode: string, at: string, institute: string) => ({
    command: process.execPath,
    args: [
      '--conditions=@gantry/source',
      join(import.meta.dirname, 'igt-peer.ts'),
      mode,
      url,
      at,
      institute,
      jwt,
      csrf,
    ],
  })
  const local = join(folder, 'igt-local')
  let runs = 0
  let institute = 'Warm'
  makeStudies(join(local, institute), studies)
  const goTo = (other: string) => {
    renameSync(join(local, institute), join(local, other))
    institute = other
  }
  const sentBy = new Map<string, string>()
  /** Every upload goes to an institute of its own; the files stay the same. */
  const uploading = (name: string) => () => {
    goTo(`Run ${runs}`)
    runs += 1
    sentBy.set(name, institute)
  }
  const down = join(folder, 'igt-down')
  const clear = () => emptyFolder(down)
  try {
    const reports: string[] = []
    const last = new Map<string, { readonly api: number; readonly data: number }>()
    const counted = async (name: string, command: ReturnType<typeof ours>) => {
      await counts()
      const cost = await measure(command)
      const { api, data } = await counts()
      last.set(name, { api: api / studies / files, data: data / studies / files })
      return cost
    }
    const up = await contest(
      [
        {
          name: 'igtcloud-like 4x4',
          prepare: uploading('peer'),
          run: async () => await counted('4x4 up', peer('up', local, institute)),
        },
        {
          name: 'gantry',
          prepare: uploading('gantry'),
          run: async () => await counted('gantry up', ours('upload', local, institute)),
        },
      ],
      rounds,
    )
    const title = `${studies} studies x ${files} files x 512 KiB, 40 ms`
    reports.push(reportContest(`IGT upload, ${title}`, up, 'igtcloud-like 4x4', bytes))
    const again = await contest(
      [
        {
          name: 'igtcloud-like 4x4',
          prepare: () => goTo(sentBy.get('peer') ?? ''),
          run: async () => await counted('4x4 again', peer('up', local, institute)),
        },
        {
          name: 'gantry',
          prepare: () => goTo(sentBy.get('gantry') ?? ''),
          run: async () => await counted('gantry again', ours('upload', local, institute)),
        },
      ],
      rounds,
    )
    reports.push(reportContest('IGT upload again, all skipped', again, 'igtcloud-like 4x4', bytes))
    const downloads = await contest(
      [
        {
          name: 'igtcloud-like 4x4',
          prepare: clear,
          run: async () => await counted('4x4 down', peer('down', down, institute)),
        },
        {
          name: 'gantry',
          prepare: clear,
          run: async () => await counted('gantry down', ours('download', down, institute)),
        },
      ],
      rounds,
    )
    reports.push(reportContest(`IGT download, ${title}`, downloads, 'igtcloud-like 4x4', bytes))
    for (const what of ['api', 'data'] as const) {
      notebook.note({
        kind: 'values',
        title: what === 'api' ? 'calls to the API, a file' : 'requests to the data, a file',
        unit: 'requests',
        better: 'lower',
        rows: [...last].map(([name, each]) => single(name, each[what])),
      })
    }
    const calls = [...last].map(
      ([name, { api, data }]) => `  ${name}: ${api.toFixed(2)} API calls and ${data.toFixed(2)} to the data a file`,
    )
    return [...reports, ...calls, ''].join('\n')
  } finally {
    host.kill('SIGKILL')
    for (const one of [local, down]) rmSync(one, { recursive: true, force: true })
  }
}

function makeStudies(folder: string, studies: number): void {
  // Zeros, which is what comes back.
  const bytes = Buffer.alloc(size)
  for (let study = 0; study < studies; study += 1) {
    const at = join(folder, `patient${study}---study`)
    mkdirSync(at, { recursive: true })
    for (let file = 0; file < files; file += 1) writeFileSync(join(at, `${file}.dcm`), bytes)
  }
}
