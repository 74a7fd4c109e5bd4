import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenersBeyondLoopback } from '../machine/listeners.ts'
import { orthancUnavailable } from './install-orthanc.ts'
import type { RunningOrthanc } from './orthanc-server.ts'
import { startOrthanc } from './start-orthanc.ts'

const reason = await orthancUnavailable()

describe.skipIf(reason !== undefined)(`an Orthanc of one's own${reason ? ` [${reason}]` : ''}`, () => {
  let server: RunningOrthanc
  beforeAll(async () => {
    server = await startOrthanc({
      peers: { elsewhere: { url: 'http://127.0.0.1:1/dicom-web/', login: { user: 'a', password: 'b' } } },
      settings: { Name: 'my own' },
    })
  }, 900_000)
  afterAll(() => server?.stop())

  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(server.url + path, init)
    return response.status === 200 ? response.json() : response.status
  }

  test('listens on the loopback address alone', () => {
    expect(listenersBeyondLoopback(Number(new URL(server.url).port))).toEqual([])
  })

  test('has the settings and peers that it was started with', async () => {
    expect(await ask('/system')).toMatchObject({ Name: 'my own' })
    expect(await ask('/dicom-web/servers')).toEqual(['elsewhere'])
  })

  test('is killed and started again with what it had', async () => {
    const label = randomUUID()
    const kept = `/metadata-${label}`
    expect(await ask('/tools/create-dicom', made(label))).toMatchObject({ Status: 'Success' })

    await server.kill9()
    await expect(ask(kept)).rejects.toThrow('fetch failed')
    await server.restart()

    const studies = await fetch(`${server.root}/studies?PatientID=${label}`)
    expect(await studies.json()).toHaveLength(1)
  })
})

function made(patientId: string): RequestInit {
  return { method: 'POST', body: JSON.stringify({ Tags: { PatientID: patientId, Modality: 'OT' } }) }
}
