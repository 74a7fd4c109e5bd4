import { readFile } from 'node:fs/promises'

import { startGoogle } from '@gantry-tooling/servers/google'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { writePhantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'

const store = 'healthcare://my-project/eu/ct/trial'
const projects = [{ projectId: 'my-project', locations: { eu: { ct: ['trial'] } } }]

for (const server of await orthancServers()) {
  const isOpen = server.unavailable === undefined && server.login === undefined
  describe.skipIf(!isOpen)(`Cloud Healthcare, with ${server.title} behind it`, () => {
    if (server.unavailable !== undefined) return

    test('a study is copied there and back, by a URL that goes on below the store', { timeout: 240_000 }, async () => {
      await using bench = await Workbench.make()
      const google = await startGoogle({ projects, dicomweb: server.root })
      try {
        const token = google.mint(['https://www.googleapis.com/auth/cloud-healthcare'])
        const env = { GANTRY_GOOGLE_ENDPOINT: google.url, GOOGLE_OAUTH_ACCESS_TOKEN: token }
        const seed = 41_128 + process.pid
        const files = await writePhantom(bench.path('study'), { size: 32, slices: 4, seed })
        const study = `${store}/studies/${files[0]?.image.studyInstanceUID}`
        expect(await bench.gantry(['copy', 'study', store], { env })).toMatchObject({ code: 0 })
        const listed = await bench.gantry(['ls', study, '--json'], { env })
        expect(listed.code).toBe(0)
        expect(listed.json.filter(({ type }) => type === 'entry')).toHaveLength(4)
        expect(await bench.gantry(['copy', study, 'back'], { env })).toMatchObject({ code: 0 })
        for (const { path, image } of files) {
          const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
          const back = `back/studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${sopInstanceUID}`
          expect((await readFile(bench.path(back))).equals(await readFile(bench.path('study', path)))).toBe(true)
        }
        google.controls.denied.push({
          resource: 'projects/my-project',
          permission: 'healthcare.dicomStores.dicomWebRead',
        })
        expect((await bench.gantry(['ls', study], { env })).code).toBe(3)
      } finally {
        await google.stop()
      }
    })
  })
}
