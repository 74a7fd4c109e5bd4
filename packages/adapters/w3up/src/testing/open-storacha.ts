import type { W3upAccess } from '@gantry-tooling/servers/w3up'
import * as did from '@ipld/dag-ucan/did'
import { create } from '@storacha/client'
import { Signer } from '@storacha/client/principal/ed25519'
import { parse } from '@storacha/client/proof'
import { StoreMemory } from '@storacha/client/stores/memory'
import { connect } from '@ucanto/client'
import { CAR, HTTP } from '@ucanto/transport'

import type { W3upClient } from '../drivers/w3up-client.ts'

/** A client of `@storacha/client` that talks to this service alone, as somebody who has it would make one. */
export async function openStoracha({ endpoint, service, receipts, key, proof }: W3upAccess): Promise<W3upClient> {
  const connection = connect({
    id: did.parse(service),
    codec: CAR.outbound,
    channel: HTTP.open<Record<string, never>>({ url: new URL(endpoint), method: 'POST' }),
  })
  const serviceConf = { access: connection, upload: connection, filecoin: connection, gateway: connection } as never
  const client = await create({
    store: new StoreMemory(),
    principal: Signer.parse(key),
    receiptsEndpoint: new URL(receipts),
    serviceConf,
  })
  const space = await client.addSpace(await parse(proof))
  await client.setCurrentSpace(space.did())
  return client
}
