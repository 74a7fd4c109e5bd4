import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type RealS3, startRealS3 } from '../real-s3.ts'
import { brokerKey } from './broker-key.ts'

/**
 * Real servers are started once a run, by the process that outlives all test files, and only when the first of them
 * asks. The question is an HTTP request because test files live in processes of their own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let realS3: Promise<RealS3> | undefined
  const extra = process.env['GANTRY_TEST_EXTRA'] === '1'
  const answer = async (response: ServerResponse) => {
    realS3 ??= startRealS3({ extra, say: (line) => console.error(line) })
    try {
      response.end(JSON.stringify((await realS3).servers))
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  }
  const broker = createServer((_, response) => void answer(response))
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  const { port } = broker.address() as AddressInfo
  project.provide(brokerKey, `http://127.0.0.1:${port}`)

  return async () => {
    broker.closeAllConnections()
    broker.close()
    await realS3?.then(
      (started) => started.stop(),
      () => {},
    )
  }
}
