import { describeStore } from '@gantry/testkit'

import { SealingDriver } from '../testing/sealing-driver.ts'

const reason = 'the metadata of a share holds no times'

// Writes seal an object into memory; all that reads, stats and lists is the opened view of what was sealed so far.
describeStore({
  name: 'an opened store over memory',
  open: async () => ({ driver: await SealingDriver.create(), inMemory: true }),
  skip: {
    'tells when an entry was written, within a minute': reason,
    'tells its own time, whatever is given': reason,
  },
})
