import { GantryError, parseOptions } from '@gantry/core/driver'
import { type Credentials, limitSilence, type Transport } from '@gantry/http'
import type { z } from 'zod'

import { type DicomwebOptions, dicomwebOptionsSchema } from './options.ts'
import { checkRoot } from './root-url.ts'
import { Service } from './service.ts'

/** The service that options name, reached by `transport`. */
export function openService(transport: Transport, options: Omit<DicomwebOptions, 'fetch'>): Service {
  const { root, now = Date.now, ...rest } = options
  const parsed = parseOptions(dicomwebOptionsSchema, rest, 'a DICOMweb service')
  const { headers = {}, insecure, paging, profile, stallSeconds, transferSyntax } = parsed
  return new Service({
    root: checkRoot(root, insecure),
    transport: limitSilence(transport, { seconds: stallSeconds, service: 'The DICOMweb service' }),
    credentials: credentialsOf(parsed),
    headers,
    profile,
    paging,
    transferSyntax,
    now,
  })
}

function credentialsOf(options: z.output<typeof dicomwebOptionsSchema>): Credentials {
  const { tokens, token, user, password } = options
  if ([tokens, token, user].filter((one) => one !== undefined).length > 1) {
    throw new GantryError(
      'invalid',
      'There are several ways to say who asks: give one of "tokens", "token" and "user".',
    )
  }
  if ((user === undefined) !== (password === undefined) || user?.includes(':') === true) {
    throw new GantryError('invalid', 'A user, whose name has no colon, and a password are given together.')
  }
  if (tokens !== undefined) return { tokens }
  if (token !== undefined) return { headers: { authorization: `Bearer ${token}` } }
  if (user === undefined) return { headers: {} }
  return { headers: { authorization: `Basic ${base64Of(`${user}:${password}`)}` } }
}

/** RFC 7617, in UTF-8. */
function base64Of(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
