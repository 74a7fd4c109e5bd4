import { describe, expect, test } from 'vitest'
import { realS3Servers } from './real-s3-servers.ts'

for (const server of await realS3Servers()) {
  describe.skipIf(server.unavailable !== undefined)(`the real S3 server ${server.title}`, () => {
    test('answers, and answers alike to every test file of a run', async () => {
      if (server.unavailable !== undefined) return
      const response = await fetch(server.endpoint)
      expect(await response.text()).toContain('<?xml')
      expect(await realS3Servers()).toContainEqual(server)
    })
  })
}

test('a server that cannot be had says why in the name of its tests', async () => {
  for (const { name, title, unavailable } of await realS3Servers()) {
    expect(title).toBe(unavailable === undefined ? name : `${name} [${unavailable}]`)
  }
})
