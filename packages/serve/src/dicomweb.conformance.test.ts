import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { dicomweb } from '@gantry/dicomweb/node'
import { fs } from '@gantry/fs'
import { describeStore } from '@gantry/testkit'

import { openIndexDatabase, serveDicomweb } from './node.ts'
import { createDicomwebServer, uidLayout } from './server.ts'

// A server may keep instances as they come (PS3.18 10.5 asks for no more), and so this one holds none back.
const asTheyCome = 'what came of a request before it was given up is kept'

describeStore({
  name: 'dicomweb over gantry serve',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'serve-conformance-'))
    const store = new Store(fs({ root: join(folder, 'store') }))
    const index = openIndexDatabase(join(folder, 'index.sqlite'))
    const server = createDicomwebServer({ store, index, stow: uidLayout })
    // Until it has listed once, it knows of no search whether that is all.
    await server.refresh()
    const served = await serveDicomweb(server)
    const open = () => dicomweb({ root: served.url })
    return {
      driver: open(),
      reopen: async () => open(),
      async close() {
        await served.close(0)
        await server.close()
        await store.close()
        await rm(folder, { recursive: true, maxRetries: 5 })
      },
    }
  },
  skip: {
    'shows nothing of a parcel before it is committed, and then all of it': asTheyCome,
    'leaves nothing of a parcel that is aborted': asTheyCome,
    'leaves nothing of a parcel with a body that failed': asTheyCome,
    'keeps two parcels apart': asTheyCome,
  },
})
