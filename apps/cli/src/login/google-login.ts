import * as z from 'zod'

import { loginRecord } from './record.ts'

const endpoints = z.object({
  issuer: z.string(),
  authorization: z.string(),
  token: z.string(),
  device: z.string(),
  revocation: z.string(),
})

const schema = z.object({
  version: z.literal(1),
  clientId: z.string().min(1),
  /** Where the client's secret lies, if it came from a file; an absolute path. */
  clientFile: z.string().optional(),
  /** Set where it is not Google that was signed in to: its origin, to which the token may be sent. */
  endpoint: z.string().optional(),
  endpoints: endpoints.optional(),
  account: z.string().optional(),
  scopes: z.array(z.string()),
  /** Short-lived. */
  token: z.string().min(1),
  /** Milliseconds since the epoch. */
  expires: z.number(),
  /** Only with `--keep`. */
  refreshToken: z.string().optional(),
})

/** Who is signed in with Google, until the access token expires; longer only with `--keep`. */
export const googleLogin = loginRecord('google-login.json', schema, 'gantry login --google')
