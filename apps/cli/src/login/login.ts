import * as z from 'zod'

import { loginRecord } from './record.ts'

const schema = z.object({ version: z.literal(1), hub: z.string().min(1), keyFile: z.string().min(1) })

/** Which hub is meant where none is named, and where the key for it lies (an absolute path). Neither key nor token. */
export const hubLogin = loginRecord('login.json', schema, 'gantry login')
