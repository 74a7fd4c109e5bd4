import { type IgtOptions as IgtServerOptions, type IgtServer, startIgt } from '@gantry-tooling/servers/igt'
import { Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { type S3Server, startS3Server } from '@gantry/testkit/s3-server'

import { igt, IgtCloud, type IgtLogin, type IgtOptions, type OpenData } from '../index.ts'

/** A cloud in this process, before a storage in this process. */
export interface Rig {
  readonly server: IgtServer
  readonly s3: S3Server
  readonly openData: OpenData
  cloud(login?: IgtLogin): IgtCloud
  store(options?: Partial<IgtOptions>): Store
  close(): Promise<void>
}

export const password: IgtLogin = { username: 'user', password: 'password' }

export async function openRig(options: Partial<IgtServerOptions> = {}): Promise<Rig> {
  const storage = await startS3Server({ buckets: ['igt'] })
  const server = await startIgt({ storage, bucket: 'igt', ...options })
  const openData: OpenData = (place) => s3({ ...place, endpoint: server.url, region: storage.region })
  const cloud = (login = password) => new IgtCloud({ domain: server.url, login })
  return {
    server,
    s3: storage,
    openData,
    cloud,
    store: (more = {}) => new Store(igt({ cloud: cloud(), project: 'Project', openData, ...more })),
    async close() {
      await server.stop()
      await storage.close()
    },
  }
}
