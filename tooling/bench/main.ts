import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

import { endWith, readArguments } from '@gantry-tooling/arguments'
import { ensureDebianPackages, rgwUnavailable, startRgw } from '@gantry-tooling/servers'

import { benchCar } from './car.ts'
import { benchCatalogue } from './catalogue.ts'
import { benchCod } from './cod.ts'
import { benchDicomweb } from './dicomweb.ts'
import { benchDeidentify } from './deidentify.ts'
import { benchFleet } from './fleet.ts'
import { benchHeaderReads } from './header-reads.ts'
import { benchIgt } from './igt.ts'
import { benchLocal } from './local.ts'
import { saveSection } from './page/docs.ts'
import type { Figure } from './page/figure.ts'
import { notebook } from './page/notebook.ts'
import { peersOf } from './page/peers.ts'
import { benchS3, type S3Server, withDiscardServer, withS3Double } from './s3.ts'
import { benchScale } from './scale.ts'
import { benchShare } from './share.ts'

const kinds = [
  'local',
  's3',
  'discard',
  'scale',
  'headers',
  'share',
  'dicomweb',
  'cod',
  'car',
  'catalogue',
  'deidentify',
  'igt',
  'fleet',
] as const
const usage = `Usage: npm run bench -- [--rounds N] [--folder DIR] [--report] [${kinds.join('|')}]...`
const { values, positionals } = await readArguments(
  {
    allowPositionals: true,
    allowNegative: true,
    options: {
      rounds: { type: 'string', default: '5' },
      folder: { type: 'string' },
      report: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  },
  usage,
)
const rounds = Number(values.rounds)
const wanted = new Set<string>(positionals.length > 0 ? positionals : kinds)
const unknown = [...wanted].filter((kind) => !kinds.some((known) => known === kind))
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) await endWith(2, usage)

const alone: readonly string[] = ['catalogue', 'car', 'deidentify', 'fleet']
if (kinds.some((kind) => !alone.includes(kind) && wanted.has(kind))) {
  await ensureDebianPackages(['rclone', 'awscli', 'rsync'])
}
console.log(
  `${rounds} interleaved rounds after one of warming, medians; ${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}`,
)
console.log(`Node ${process.version}; ${versionOf('rclone', 'version')}; ${versionOf('/usr/bin/aws', '--version')}\n`)
/** These go by counts of their own. */
const ownRounds: readonly string[] = ['scale', 'headers', 'catalogue', 'fleet']
/** What was asked for by name is noted where that is asked for as well: somebody looks at one thing, again and again. */
const reporting = values.report ?? positionals.length === 0
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'gantry-bench-'))
const sections: Readonly<Record<(typeof kinds)[number], () => string | Promise<string>>> = {
  local: async () => await benchLocal(folder, rounds),
  s3: async () => await withS3((server) => benchS3(folder, server, rounds)),
  discard: async () => await withDiscardServer((server) => benchS3(folder, server, rounds)),
  scale: () => benchScale(folder),
  headers: async () => await benchHeaderReads(folder),
  share: async () => await benchShare(folder, rounds),
  dicomweb: async () => await benchDicomweb(folder, rounds),
  cod: async () => await withS3((server) => benchCod(folder, server, rounds), withS3Double),
  car: async () => await benchCar(folder, rounds),
  catalogue: async () => await benchCatalogue(folder),
  deidentify: async () => await benchDeidentify(folder, rounds),
  igt: async () => await benchIgt(folder, rounds),
  fleet: async () => await benchFleet(),
}
try {
  for (const kind of kinds) {
    if (!wanted.has(kind)) continue
    console.log(await sections[kind]())
    const { figures, peers } = notebook.take()
    // What this machine cannot measure keeps the figures of one that could.
    if (reporting && figures.length > 0) save(kind, [...figures], [...peersOf(kind), ...peers])
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}

function save(section: string, figures: Figure[], peers: string[]): void {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}`
  const date = new Date().toISOString().slice(0, 10)
  const turns = ownRounds.includes(section) ? {} : { rounds }
  saveSection({ version: 1, section, date, machine, node: process.version.slice(1), ...turns, peers, figures })
  console.log(`Written: docs/performance.md, ${section}`)
}

/** Against the server that is named in the environment, else one of this machine's own, else another. */
async function withS3(work: (server: S3Server) => Promise<string>, otherwise?: typeof withS3Double): Promise<string> {
  const [endpoint, accessKey, secretKey] = process.env['GANTRY_TEST_S3']?.split(',') ?? []
  if (endpoint !== undefined && accessKey !== undefined && secretKey !== undefined) {
    return await work({ name: 'S3', endpoint, accessKey, secretKey })
  }
  const unavailable = await rgwUnavailable()
  if (unavailable !== undefined && otherwise !== undefined) return await otherwise(folder, work)
  if (unavailable !== undefined) return `S3: not measured, ${unavailable}\n`
  const server = await startRgw({ suite: 'sid' })
  notebook.met(server.name)
  try {
    return await work({ ...server, name: 'RGW' })
  } finally {
    await server.stop()
  }
}

function versionOf(command: string, flag: string): string {
  try {
    return execFileSync(command, [flag], { encoding: 'utf8' }).split('\n')[0] ?? command
  } catch {
    return `no ${command}`
  }
}
