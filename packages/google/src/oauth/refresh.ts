import { type CallOptions, type FetchToken, toCall } from '@gantry/core'
import {
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
} from 'oauth4webapi'

import { ask } from './ask.ts'
import { readGrant } from './read-grant.ts'
import { libraryClient, signInClient, type SignInOptions } from './sign-in-client.ts'

/** Gets access tokens with a refresh token, for `createAccessTokens`. */
export function refreshedTokens(options: SignInOptions & { readonly refreshToken: string }): FetchToken {
  const client = signInClient(options)
  const { server, auth, scopes, now } = client
  return async ({ signal }) => {
    const answer = await ask(
      client,
      {
        send: async (request) =>
          await refreshTokenGrantRequest(server, libraryClient(client, null), auth, options.refreshToken, request),
        read: async (response) =>
          await processRefreshTokenResponse(server, libraryClient(client, response.headers.get('date')), response),
      },
      signal,
    )
    return readGrant(answer, scopes, now()).token
  }
}

/** Ends a refresh or access token for good (RFC 7009). */
export async function revokeToken(
  options: SignInOptions & { readonly token: string },
  callOptions: CallOptions = {},
): Promise<void> {
  const client = signInClient(options)
  await ask(
    client,
    {
      send: async (request) =>
        await revocationRequest(client.server, libraryClient(client, null), client.auth, options.token, request),
      read: processRevocationResponse,
    },
    toCall(callOptions).signal,
  )
}
