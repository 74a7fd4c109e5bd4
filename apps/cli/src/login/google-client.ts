import { readFile } from 'node:fs/promises'

import type { SignInEndpoints, SignInOptions } from '@gantry/google'
import * as z from 'zod'

import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'
import type { Environment } from './record.ts'

/** As Google's console hands it out. */
const registered = z.looseObject({ client_id: z.string().min(1), client_secret: z.string().optional() })
const fileSchema = z.object({ installed: registered.optional(), web: registered.optional() })

/** Who asks: the application as it is registered. */
export interface GoogleClient extends Pick<SignInOptions, 'clientId' | 'clientSecret' | 'endpoints'> {
  /** Set where another service stands for Google's: its origin. */
  readonly endpoint: string | undefined
}

interface Named {
  readonly clientId?: string | undefined
  readonly clientFile?: string | undefined
}

/** The client that is named, by flags or by the environment; its secret comes from a file or from the environment. */
export async function findGoogleClient(env: Environment, { clientId, clientFile }: Named): Promise<GoogleClient> {
  const endpoint = googleEndpoint(env)
  const endpoints = endpoint === undefined ? undefined : endpointsAt(endpoint)
  const common = { endpoint, endpoints }
  if (clientFile !== undefined) {
    const found = await readClientFile(clientFile)
    if (clientId !== undefined && clientId !== found.clientId) {
      throw new UsageError('The file is one of another client than --client-id names.')
    }
    return { ...found, ...common }
  }
  const id = clientId ?? env['GANTRY_GOOGLE_CLIENT_ID']
  if (id === undefined || id === '') {
    throw new UsageError(
      'Which application signs in? Create a client of the type "Desktop app" in the Google console, and name the file that it gives you: --client-file FILE',
    )
  }
  return { clientId: id, clientSecret: env['GANTRY_GOOGLE_CLIENT_SECRET'] || undefined, ...common }
}

/** What stands for Google in tests, and for those who reach it through something else: an origin. */
export function googleEndpoint(env: Environment): string | undefined {
  const endpoint = env['GANTRY_GOOGLE_ENDPOINT']
  if (endpoint === undefined || endpoint === '') return undefined
  const url = URL.parse(endpoint)
  if (url === null) throw new UsageError('GANTRY_GOOGLE_ENDPOINT is not a URL.')
  return url.href.replace(/\/+$/u, '')
}

function endpointsAt(endpoint: string): SignInEndpoints {
  return {
    issuer: endpoint,
    authorization: `${endpoint}/o/oauth2/v2/auth`,
    token: `${endpoint}/token`,
    device: `${endpoint}/device/code`,
    revocation: `${endpoint}/revoke`,
  }
}

async function readClientFile(path: string): Promise<Pick<GoogleClient, 'clientId' | 'clientSecret'>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`The file of the client cannot be read: ${printable(path)}`, { cause })
  }
  try {
    const { installed, web } = fileSchema.parse(JSON.parse(text))
    const { client_id: clientId, client_secret: clientSecret } = registered.parse(installed ?? web)
    return { clientId, clientSecret }
  } catch {
    // Without its cause, which may quote the secret.
    throw new UsageError('The file is not one of a client: take the JSON that the Google console gives.')
  }
}
