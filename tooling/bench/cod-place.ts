import { join } from 'node:path'

import type { CodRetrieveSeries } from '@gantry-tooling/foreign'
import { checkCod } from '@gantry/cod'
import { Store } from '@gantry/core'
import { toCall } from '@gantry/core/driver'
import { s3 } from '@gantry/s3'
import { type Counts, startFaultProxy } from '@gantry/testkit/fault-proxy'
import { nodeHashing } from '@gantry/transfer'

import type { CodResult, CodWork } from './cod-work.ts'
import { gantry } from './gantry.ts'
import { type Cost, measure, measureSaying } from './measure.ts'
import { awsEnvironment, type S3Server } from './s3.ts'

const bucket = 'gantry-bench-cod'

type Names = readonly { readonly study: string; readonly series: string }[]
type Step = Pick<CodWork, 'step'> & Partial<CodWork>

/** A COD store below a prefix of a bucket, and what can be done with it. */
export interface CodPlace {
  readonly server: S3Server
  readonly bucket: string
  readonly root: string
  /** For tools of others. */
  readonly env: NodeJS.ProcessEnv
  empty(): Promise<void>
  /** By `gantry copy`, from anywhere to anywhere. */
  copy(from: string, to: string, flags?: readonly string[]): Promise<Cost>
  copyHere(folder: string): Promise<Cost>
  copyFrom(target: string, flags: readonly string[]): Promise<Cost>
  /** In a process of its own; `count` is how many there must be. */
  run(step: Step, count?: number): Promise<Cost>
  /** The same, through a proxy that counts. */
  counted(step: Step): Promise<{ readonly cost: Cost; readonly counts: Counts }>
  /** Reads all of it, and compares it with its metadata. */
  check(instances: number): Promise<void>
  signed(names: Names): Promise<CodRetrieveSeries[]>
}

export async function makePlace(server: S3Server, work: string, root: string): Promise<CodPlace> {
  const { endpoint, accessKey: accessKeyId, secretKey: secretAccessKey } = server
  const env = awsEnvironment(server)
  const driver = s3({
    endpoint,
    bucket,
    prefix: root,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  })
  const url = `cod+s3://${bucket}/${root}`
  const aws = async (args: readonly string[]) =>
    await measure({ command: '/usr/bin/aws', args: ['--endpoint-url', endpoint, ...args], env })
  const copy = async (from: string, to: string, flags: readonly string[] = []) =>
    await measure(gantry(['copy', from, to, '--quiet', '--new', ...flags], env))
  const run = async (step: Step, count?: number): Promise<Cost> => {
    const nothing = { target: join(work, 'nothing'), studies: [], series: [], path: '', frame: 0 }
    const whole: CodWork = { server, bucket, root, ...nothing, ...step }
    const args = [join(import.meta.dirname, 'cod-run.ts'), JSON.stringify(whole)]
    const { cost, said } = await measureSaying({ command: process.execPath, args })
    const result = JSON.parse(said) as CodResult
    if (count !== undefined && result.count !== count) throw new Error(`${step.step} counted ${result.count}.`)
    return { ...cost, wall: result.milliseconds }
  }
  const empty = async () => void (await aws(['s3', 'rm', '--recursive', '--quiet', `s3://${bucket}/${root}`]))
  await aws(['s3', 'mb', `s3://${bucket}`]).catch(() => undefined)
  await empty()
  return {
    server,
    bucket,
    root,
    env,
    empty,
    copy,
    run,
    copyHere: async (folder) => await copy(folder, url),
    copyFrom: async (target, flags) => await copy(url, target, flags),
    async counted(step) {
      const proxy = await startFaultProxy({ target: endpoint })
      try {
        const cost = await run({ ...step, server: { ...server, endpoint: proxy.url } })
        return { cost, counts: proxy.counts }
      } finally {
        await proxy.close()
      }
    },
    async check(instances) {
      let seen = 0
      for await (const result of checkCod(new Store(driver), { hashing: nodeHashing })) {
        if (result.type !== 'series' || result.errors > 0) throw new Error('What was written is not sound.')
        seen += result.instances
      }
      if (seen !== instances) throw new Error('Something was not written.')
    },
    async signed(names) {
      const sign = async (path: string) =>
        (await driver.sign?.url(path, { method: 'GET', expiresIn: 7200 }, toCall())) ?? ''
      return await Promise.all(
        names.map(async ({ study, series }) => {
          const folder = `studies/${study}/series/${series}`
          const [metadataUrl, tarUrl] = await Promise.all([sign(`${folder}/metadata.json`), sign(`${folder}.tar`)])
          return { study, series, metadataUrl, tarUrl }
        }),
      )
    },
  }
}
