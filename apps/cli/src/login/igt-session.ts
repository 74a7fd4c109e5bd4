import { resolve } from 'node:path'

import * as z from 'zod'

import { type Environment, loginRecord } from './record.ts'
import { statePath } from '../state-folder.ts'

/** Tokens of the session that `gantry igt login` keeps, and scheme, host and port that they are for. */
export const igtSession = loginRecord(
  (env: Environment) => {
    const named = env['CLOUD_TOKEN_MMAP']
    return named === undefined || named === '' ? statePath(env, 'igt-session.json') : resolve(named)
  },
  z.strictObject({
    version: z.literal(1),
    origin: z.url(),
    jwt: z.string(),
    csrf: z.string(),
    sub: z.string().optional(),
    /** Milliseconds since the epoch. */
    expires: z.number(),
  }),
  'gantry igt login',
)
