import { describe, expect, test } from 'vitest'
import { orthancServers } from './orthanc-servers.ts'

for (const server of await orthancServers()) {
  describe.skipIf(server.unavailable !== undefined)(`the real ${server.title}`, () => {
    if (server.unavailable !== undefined) return

    test('answers DICOMweb, and answers alike to every test file of a run', async () => {
      const response = await fetch(`${server.root}/studies?limit=1`, { headers: server.headers })
      expect(response.status).toBe(200)
      expect(Array.isArray(await response.json())).toBe(true)
      expect(await orthancServers()).toContainEqual(server)
    })

    test.skipIf(server.login === undefined)('asks who does not say who they are', async () => {
      const response = await fetch(`${server.root}/studies`)
      expect(response.status).toBe(401)
    })
  })
}
