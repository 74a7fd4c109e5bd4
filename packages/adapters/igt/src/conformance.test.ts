import { describeStore } from '@gantry/testkit'
import { afterAll, describe } from 'vitest'

import { igt, igtAdaptersOn, igtUrl } from './index.ts'
import { openRig, password } from './testing/rig.ts'

const rig = await openRig()
afterAll(async () => await rig.close())

let opened = 0
const skip = {
  'lists the version that stat tells': 'the cloud lists names and sizes; versions are those of S3, which stat asks',
  'keeps the time that is given, to the millisecond': 'S3 lists its own time, and the cloud none',
}

describeStore({
  name: 'igt, files of a project',
  async open() {
    opened += 1
    const root = `files/run ${opened}`
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

const { plain } = igtAdaptersOn({ openData: () => rig.openData })

// By the same code below another root; studies.test.ts has what is theirs alone.
describe.skipIf(process.env['GANTRY_TEST_EXTRA'] !== '1')('by its URL [among the extra tests]', () => {
  describeStore({
    name: 'igt, files of a study, by its URL',
    async open() {
      opened += 1
      const root = `Hospital A/run---${opened}`
      const open = async (login = password, project = 'Project') =>
        await plain.open(`${igtUrl(rig.server.url, project)}/${root}`, { login })
      return {
        driver: await open(),
        inMemory: true,
        reopen: async () => await open(),
        openMissing: async () => await open(password, 'No such project'),
        openUnauthenticated: async () => await open({ username: 'user', password: 'wrong' }),
      }
    },
    skip,
  })
})
