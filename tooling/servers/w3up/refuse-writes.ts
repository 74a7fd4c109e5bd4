import { Message, Receipt } from '@ucanto/core'
import { CAR } from '@ucanto/transport'

/** What a service that was shut down takes no more; what is there can still be listed, and removed. */
const writes: ReadonlySet<string> = new Set(['space/blob/add', 'space/index/add', 'upload/add', 'filecoin/offer'])

/**
 * The answer of a service whose writes are disabled: a receipt with `ServiceUnavailable`, as Storacha's own gave from May 2026
 * on; the published services have no such switch. `undefined` where nothing is to be written.
 */
export async function refuseWrites(
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
  issuer: Parameters<typeof Receipt.issue>[0]['issuer'],
) {
  const { invocations } = await CAR.request.decode(request as never)
  const isWrite = invocations.some(({ capabilities }) => capabilities.some(({ can }) => writes.has(can)))
  if (!isWrite) return undefined
  const error = { name: 'ServiceUnavailable', message: 'Writes are disabled.' }
  const receipts = await Promise.all(
    invocations.map(async (ran) => await Receipt.issue({ issuer, ran, result: { error } })),
  )
  return CAR.response.encode((await Message.build({ receipts: receipts as never })) as never)
}
