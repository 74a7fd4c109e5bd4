import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

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
import { benchS3, type S3Server, withDiscardServer, withS3Double } from './s3.ts'
import { benchScale } from './scale.ts'
import { benchShare } from './share.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, folder: { type: 'string' } },
})
const rounds = Number(values.rounds)
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
const wanted = new Set<string>(positionals.length > 0 ? positionals : kinds)
const unknown = [...wanted].filter((kind) => !kinds.some((known) => known === kind))
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`Usage: npm run bench -- [--rounds N] [--folder DIR] [${kinds.join('|')}]...`)
  process.exit(2)
}

const alone: readonly string[] = ['catalogue', 'car', 'deidentify', 'fleet']
if (kinds.some((kind) => !alone.includes(kind) && wanted.has(kind))) {
  await ensureDebianPackages(['rclone', 'awscli', 'rsync'])
}
console.log(
  `${rounds} interleaved rounds after one of warming, medians; ${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}`,
)
console.log(`Node ${process.version}; ${versionOf('rclone', 'version')}; ${versionOf('/usr/bin/aws', '--version')}\n`)
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'gantry-bench-'))
try {
  if (wanted.has('local')) console.log(await benchLocal(folder, rounds))
  if (wanted.has('s3')) console.log(await withS3((server) => benchS3(folder, server, rounds)))
  if (wanted.has('discard')) console.log(await withDiscardServer((server) => benchS3(folder, server, rounds)))
  if (wanted.has('scale')) console.log(benchScale(folder))
  if (wanted.has('headers')) console.log(await benchHeaderReads(folder))
  if (wanted.has('share')) console.log(await benchShare(folder, rounds))
  if (wanted.has('car')) console.log(await benchCar(folder, rounds))
  if (wanted.has('catalogue')) console.log(await benchCatalogue(folder))
  if (wanted.has('fleet')) console.log(await benchFleet())
  if (wanted.has('deidentify')) console.log(await benchDeidentify(folder, rounds))
  if (wanted.has('igt')) console.log(await benchIgt(folder, rounds))
  if (wanted.has('dicomweb')) console.log(await benchDicomweb(folder, rounds))
  if (wanted.has('cod')) console.log(await withS3((server) => benchCod(folder, server, rounds), withS3Double))
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
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
