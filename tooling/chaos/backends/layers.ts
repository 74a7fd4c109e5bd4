import { generateIdentity } from '@gantry/age'
import { cod } from '@gantry/cod'
import { Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { nodeHashing } from '@gantry/transfer'
import { car } from '@gantry/w3up'

import type { Backend } from '../backend.ts'
import { bucketName, ownBucket } from './s3.ts'

/** A tar for each series, in a bucket. */
export const codBackend: Backend = {
  name: 'cod, in a bucket',
  adapters: ['cod'],
  async start(network) {
    const { server, direct, through, close } = await ownBucket(network)
    return {
      server,
      place: (name) => ({
        url: `cod+s3://${bucketName}/${name}`,
        options: through,
        open: async () =>
          await Promise.resolve(new Store(cod(new Store(s3({ ...direct, prefix: name })), { hashing: nodeHashing }))),
      }),
      data: { up: { method: 'PUT', path: /\.tar/u }, down: { method: 'GET', path: /\.tar/u } },
      close,
    }
  },
}

/** CAR shards, encrypted, in a bucket. */
export const carBackend: Backend = {
  name: 'car, in a bucket',
  adapters: ['w3up'],
  async start(network) {
    const { server, direct, through, close } = await ownBucket(network)
    const ageSecretKey = await generateIdentity()
    const options = { ageSecretKey, shardSize: 300_000 }
    return {
      server,
      place: (name) => ({
        url: `car+s3://${bucketName}/${name}`,
        options: { ...through, ...options },
        open: async () =>
          await Promise.resolve(
            new Store(car(new Store(s3({ ...direct, prefix: name })), { ...options, hashing: nodeHashing })),
          ),
      }),
      data: { up: { method: 'PUT', path: /\/shards\//u }, down: { method: 'GET', path: /\/shards\//u } },
      close,
    }
  },
}
