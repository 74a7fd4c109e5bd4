import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { bundleToJSON } from '@sigstore/bundle'
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock'
import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign'

const pair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const issuer = 'https://token.actions.githubusercontent.com'

/** Sigstore's authority and log, with keys of their own. */
export interface Sigstore extends AsyncDisposable {
  /** What trusts them. */
  readonly trustedRoot: object
  /** Attests a statement as a workflow: `https://github.com/owner/repository/.github/workflows/it.yml@refs/heads/main`. */
  attest(workflow: string, statement: object): Promise<unknown>
}

export async function startSigstore(): Promise<Sigstore> {
  const ctlog = await initializeCTLog(pair('prime256v1'))
  const ca = await initializeCA(pair('prime256v1'), ctlog)
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const handler = handlers.find(({ path }) => path === request.url)
      const answer = await handler?.fn(body)
      response.writeHead(answer?.statusCode ?? 404, { 'content-type': answer?.contentType ?? 'text/plain' })
      response.end(answer?.response)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const tlog = await initializeTLog(url, pair('prime256v1'))
  const handlers = [fulcioHandler(ca), rekorHandler(tlog)]
  const logOf = ({ publicKey }: { readonly publicKey: Buffer }) => ({
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2000-01-01T00:00:00Z' },
    },
    // RFC 6962 3.2.
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
  })
  const { buffer, byteOffset, byteLength } = ca.rootCertificate
  const certificates = [{ rawBytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }]
  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logOf(tlog)],
      ctlogs: [logOf(ctlog)],
      timestampAuthorities: [],
      certificateAuthorities: [
        {
          subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
          uri: url,
          certChain: { certificates },
          validFor: { start: '2000-01-01T00:00:00Z' },
        },
      ],
    },
    async attest(workflow, statement) {
      const claims = Buffer.from(JSON.stringify({ iss: issuer, sub: workflow })).toString('base64url')
      const signer = new FulcioSigner({
        fulcioBaseURL: url,
        identityProvider: { getToken: async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.` },
      })
      const witness = new RekorWitness({ rekorBaseURL: url, entryType: 'intoto' })
      const data = Buffer.from(JSON.stringify(statement))
      const builder = new DSSEBundleBuilder({ signer, witnesses: [witness] })
      return bundleToJSON(await builder.create({ data, type: 'application/vnd.in-toto+json' }))
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.closeAllConnections()
      server.close()
      await closed
    },
  }
}
