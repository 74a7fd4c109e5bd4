import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { startRgw } from '@gantry-tooling/servers'
import { makeDataSet, slices, longFiles } from './data-set.ts'
import { gantry } from './gantry.ts'
import { awsEnvironment } from './s3.ts'

const set = process.argv[2] === 'B' ? longFiles : slices
const folder = '/tmp/prof-s3'
mkdirSync(folder, { recursive: true })
const source = makeDataSet(folder, set)
const server = { ...(await startRgw({ suite: 'sid' })), name: 'RGW' }
const env = { ...process.env, ...awsEnvironment(server) }
const run = (args: string[], flags: string[] = []) => {
  const { command, args: all } = gantry(args)
  const began = performance.now()
  execFileSync(command, [...flags, ...all], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  return ((performance.now() - began) / 1000).toFixed(2)
}
execFileSync('/usr/bin/aws', ['--endpoint-url', server.endpoint, 's3', 'mb', 's3://gantry-bench'], { env })
console.log('up', run(['copy', source, 's3://gantry-bench/x', '--quiet', '--new']))
for (let i = 0; i < 3; i += 1) {
  rmSync('/tmp/prof-s3/down', { recursive: true, force: true })
  console.log('down', run(['copy', 's3://gantry-bench/x', '/tmp/prof-s3/down', '--quiet', '--new', '--to-option', 'durability=cache'], i === 2 ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof-s3/cpu'] : []))
}
await server.stop()
process.exit(0)
