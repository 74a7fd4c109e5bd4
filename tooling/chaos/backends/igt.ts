import { startIgt } from '@gantry-tooling/servers/igt'
import { Store } from '@gantry/core'
import { igt, IgtCloud } from '@gantry/igt'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'

import type { Backend } from '../backend.ts'

const login = { username: 'user', password: 'password' }

export const igtBackend: Backend = {
  name: 'igt',
  adapters: ['igt'],
  async start(network) {
    const storage = await startS3Server({ buckets: ['igt'] })
    const server = await startIgt({ storage, bucket: 'igt', projects: [{ name: 'Project', institutes: ['Hospital'] }] })
    const endpoint = await network.through(server.url)
    const { region } = storage
    return {
      server: 'IGT server of the project',
      place(_, { contents }) {
        const study = [...contents.keys()][0]?.split('/')[0] ?? ''
        return {
          url: `igt+${endpoint}/Project/Hospital`,
          options: { login, endpoint, region },
          words: { down: ['--include', `${study}/**`] },
          open: async () =>
            await Promise.resolve(
              new Store(
                igt({
                  cloud: new IgtCloud({ domain: server.url, login }),
                  project: 'Project',
                  root: 'Hospital',
                  openData: (place) => s3({ ...place, endpoint: server.url, region }),
                }),
              ),
            ),
          prefix: study,
        }
      },
      data: { up: { method: 'PUT', path: /\.dcm/u }, down: { method: 'GET', path: /\.dcm/u } },
      async close() {
        await server.stop()
        await storage.close()
      },
    }
  },
}
