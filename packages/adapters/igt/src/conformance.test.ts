import { describeStore } from '@gantry/testkit'
import { afterAll } from 'vitest'

import { igt } from './index.ts'
import { openRig, password } from './testing/rig.ts'

const rig = await openRig()
afterAll(async () => await rig.close())

let opened = 0
const skip = {
  'lists the version that stat tells': 'the cloud lists names and sizes; versions are those of S3, which stat asks',
  'keeps the time that is given, to the millisecond': 'S3 lists its own time, and the cloud none',
}

for (const [name, rootOf] of [
  ['files of a study', (run: number) => `Hospital A/run---${run}`],
  ['files of a project', (run: number) => `files/run ${run}`],
] as const) {
  describeStore({
    name: `igt, ${name}`,
    async open() {
      opened += 1
      const root = rootOf(opened)
      const open = (login = password, project = 'Project') =>
        igt({ cloud: rig.cloud(login), project, openData: rig.openData, root })
      return {
        driver: open(),
        // The servers are in this process, with all that they hold.
        inMemory: true,
        reopen: async () => open(),
        openMissing: async () => open(password, 'No such project'),
        openUnauthenticated: async () => open({ username: 'user', password: 'wrong' }),
      }
    },
    skip,
  })
}
