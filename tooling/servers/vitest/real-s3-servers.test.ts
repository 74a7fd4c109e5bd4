import { describe, expect, test } from 'vitest'
import { realS3Servers, realS3ServersAndOld } from './real-s3-servers.ts'

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

const started = await realS3Servers()
const old = await realS3ServersAndOld()

test.skipIf(process.env['GANTRY_TEST_S3'])('servers that a run does not start are told all the same', () => {
  const names = started.map(({ name }) => name).join()
  for (const part of [/sid|trixie/u, /bookworm/u, /minio/u]) expect(names).toMatch(part)
  // The old Ceph is started for who asks for it.
  const named = old.filter(({ name }) => name.includes('(bookworm)'))
  expect(named.map(({ unavailable }) => unavailable)).not.toContain('among the extra tests')
})
