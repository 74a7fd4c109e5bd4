import { Store } from '@gantry/core'
import { gcs } from '@gantry/gcs'
import { startGcsServer } from '@gantry/testkit/gcs-server'

import type { Backend } from '../backend.ts'

const bucket = 'gantry-chaos'
const token = 'good'

export const gcsBackend: Backend = {
  name: 'gcs',
  adapters: ['gcs'],
  async start(network) {
    const server = await startGcsServer({ buckets: [bucket], tokens: [token] })
    const endpoint = await network.through(server.url)
    return {
      server: 'GCS server of the testkit',
      place: (name) => ({
        url: `gs://${bucket}/${name}`,
        options: { endpoint, token },
        open: async () =>
          await Promise.resolve(new Store(gcs({ bucket, prefix: name, endpoint: server.url, token, environment: {} }))),
      }),
      data: {
        up: { path: /\/upload\//u, minBody: 20_000 },
        down: { method: 'GET', path: /^\/gantry-chaos\/.*\.dcm/u },
      },
      close: async () => await server.close(),
    }
  },
}
