import type { Call, SizedEntry } from '@gantry/core/driver'

import type { Service } from '../service.ts'
import { entryOfHeaders, lengthOf } from './entry-of.ts'

export async function stat(service: Service, path: string, call: Call): Promise<SizedEntry> {
  const answer = await service.send({ method: 'HEAD', path: service.object(path) }, call)
  await answer.body.return?.()
  return entryOfHeaders(path, lengthOf(answer), answer)
}
