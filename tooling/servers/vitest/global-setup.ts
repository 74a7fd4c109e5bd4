import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { fakeGcs } from '../gcs/fake-gcs.ts'
import { startFakeGcs } from '../gcs/start-fake-gcs.ts'
import { kubo } from '../kubo/kubo.ts'
import { startKubo } from '../kubo/start-kubo.ts'
import { startRealOrthanc } from '../orthanc/real-orthanc.ts'
import { startRealBuilt } from '../real-built.ts'
import { startOldS3, startRealS3 } from '../real-s3.ts'
import { brokerKey } from './broker-key.ts'

type Started = { servers: unknown[]; stop(): Promise<void> }

const options = { extra: process.env['GANTRY_TEST_EXTRA'] === '1', say: (line: string) => console.error(line) }

/** What is asked for by path. */
const kinds: Record<string, () => Promise<Started>> = {
  '/s3': () => startRealS3(options),
  '/old-s3': () => startOldS3(options),
  '/gcs': () => startRealBuilt(fakeGcs, startFakeGcs, options),
  '/kubo': () => startRealBuilt(kubo, startKubo, options),
  '/orthanc': () => startRealOrthanc(options.say),
}

/**
 * Real servers are started once a run, by the process that outlives all test files, and only when the first of them
 * asks. The question is an HTTP request because test files live in processes of their own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<Started>>()
  const answer = async (kind: string, response: ServerResponse) => {
    try {
      const servers = started.get(kind) ?? kinds[kind]?.()
      if (servers === undefined) throw new Error(`no servers of the kind ${kind}`)
      started.set(kind, servers)
      response.end(JSON.stringify((await servers).servers))
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  }
  const broker = createServer((request, response) => void answer(request.url ?? '', response))
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  const { port } = broker.address() as AddressInfo
  project.provide(brokerKey, `http://127.0.0.1:${port}`)

  return async () => {
    broker.closeAllConnections()
    broker.close()
    for (const servers of await Promise.allSettled(started.values())) {
      if (servers.status === 'fulfilled') await servers.value.stop()
    }
  }
}
