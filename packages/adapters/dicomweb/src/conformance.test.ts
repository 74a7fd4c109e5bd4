import { startOrthanc } from '@gantry-tooling/servers'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { describeStore } from '@gantry/testkit'
import { expect, test } from 'vitest'

import { dicomweb } from './node.ts'

const [server] = await orthancServers()

if (server?.unavailable === undefined) {
  describeStore({
    name: `dicomweb over ${server?.name}`,
    async open() {
      const orthanc = await startOrthanc()
      const open = () => dicomweb({ root: orthanc.root })
      return { driver: open(), reopen: async () => open(), close: async () => await orthanc.stop() }
    },
  })
}

test.runIf(server?.unavailable !== undefined)(`dicomweb over ${server?.title}`, ({ skip }) => {
  expect(server?.unavailable).toBeDefined()
  skip(server?.unavailable)
})
