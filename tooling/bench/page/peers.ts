import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const commands: Readonly<Record<string, readonly string[]>> = {
  cp: ['cp', '--version'],
  rsync: ['rsync', '--version'],
  rclone: ['rclone', 'version'],
  aws: ['/usr/bin/aws', '--version'],
  curl: ['curl', '--version'],
  tar: ['tar', '--version'],
  'redis-server': ['redis-server', '--version'],
  psql: ['psql', '--version'],
}

/** Whom each section is measured against: commands, and packages of npm. */
const bySection: Readonly<Record<string, readonly string[]>> = {
  local: ['cp', 'rsync'],
  s3: ['rclone', 'aws'],
  discard: ['rclone', 'aws'],
  headers: ['dcmjs', 'dicom-parser'],
  dicomweb: ['dicomweb-client', 'curl'],
  cod: ['aws', 'rclone', 'tar'],
  car: ['ipfs-unixfs-importer', '@ipld/car', '@web3-storage/w3up-client'],
  fleet: ['redis-server', 'psql'],
}

/** With versions; what is not there was not measured against. */
export function peersOf(section: string): string[] {
  return (bySection[section] ?? []).flatMap((name) => {
    const command = commands[name]
    const version = command === undefined ? packageVersion(name) : commandVersion(command)
    return version === undefined ? [] : [`${name} ${version}`]
  })
}

function packageVersion(name: string): string | undefined {
  const files = ['.', '../foreign'].map((folder) => join(import.meta.dirname, '..', folder, 'node_modules', name))
  const file = files.map((folder) => join(folder, 'package.json')).find((one) => existsSync(one))
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function commandVersion([command = '', ...args]: readonly string[]): string | undefined {
  try {
    return /\d+(?:\.\d+)+/u.exec(execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' }))?.[0]
  } catch {
    return undefined
  }
}
