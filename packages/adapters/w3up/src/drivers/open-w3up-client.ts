import { GantryError } from '@gantry/core/driver'

import type { W3upClient } from './w3up-client.ts'

/** What tells of a space, and lets one use it: nothing has a default, because no service is there for good. */
export interface W3upAccess {
  /** URL that UCAN invocations are sent to. */
  readonly endpoint: string
  /** DID of the service. */
  readonly service: string
  /** URL that receipts are looked for below; default: `receipt/` below the endpoint. */
  readonly receipts?: string | undefined
  /** The agent's private key, `M...`. */
  readonly key: string
  /** A delegation of the space to the agent, as `w3 delegation create --base64` prints it. */
  readonly proof: string
}

/** A client of `@web3-storage/w3up-client`, which has to be installed, that talks to this service alone. */
export async function openW3upClient(access: W3upAccess): Promise<W3upClient> {
  const { endpoint, service, receipts = new URL('receipt/', endpoint).href, key, proof } = access
  const [client, { StoreMemory }, { Signer }, proofs, ucanto, { CAR, HTTP }, did] = await installed(
    async () =>
      await Promise.all([
        import('@web3-storage/w3up-client'),
        import('@web3-storage/w3up-client/stores/memory'),
        import('@web3-storage/w3up-client/principal/ed25519'),
        import('@web3-storage/w3up-client/proof'),
        import('@ucanto/client'),
        import('@ucanto/transport'),
        import('@ipld/dag-ucan/did'),
      ]),
  )
  const connection = ucanto.connect({
    id: did.parse(service),
    codec: CAR.outbound,
    channel: HTTP.open<Record<string, never>>({ url: new URL(endpoint), method: 'POST' }),
  })
  const serviceConf = { access: connection, upload: connection, filecoin: connection } as never
  try {
    const opened = await client.create({
      store: new StoreMemory(),
      principal: Signer.parse(key),
      receiptsEndpoint: new URL(receipts),
      serviceConf,
    })
    const space = await opened.addSpace(await proofs.parse(proof))
    await opened.setCurrentSpace(space.did())
    return opened
  } catch {
    // Its messages repeat what was given.
    throw new GantryError('invalid', 'The key, or the proof of the space, is not one; or they do not belong together.')
  }
}

async function installed<Modules>(load: () => Promise<Modules>): Promise<Modules> {
  try {
    return await load()
  } catch (error) {
    throw new GantryError(
      'unsupported',
      'To archive to a w3up service: npm install @web3-storage/w3up-client @ucanto/client @ucanto/transport @ipld/dag-ucan',
      { cause: error },
    )
  }
}
