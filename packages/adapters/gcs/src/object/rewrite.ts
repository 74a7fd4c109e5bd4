import { type Call } from '@gantry/core/driver'
import * as z from 'zod'

import { jsonBody, notOfGcs, type Service } from '../service/service.ts'
import { type Resource, resourceSchema } from './resource.ts'

const rewriteSchema = z.object({
  done: z.boolean(),
  rewriteToken: z.string().optional(),
  resource: resourceSchema.optional(),
})

export interface Rewriting {
  /** Names in the bucket. */
  readonly source: string
  readonly generation: string
  readonly target: string
  readonly ifGenerationMatch: string | undefined
}

/** Copies within the bucket, all or nothing; GCS wants to be asked again while it moves bytes to another class. */
export async function rewrite(
  service: Service,
  { source, generation, target, ifGenerationMatch }: Rewriting,
  resource: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<Resource> {
  const action = `/rewriteTo/b/${service.settings.bucket}/o/${encodeURIComponent(target)}`
  let rewriteToken: string | undefined
  for (;;) {
    const url = service.objectUrl(
      source,
      { ifSourceGenerationMatch: generation, ifGenerationMatch, rewriteToken },
      action,
    )
    const step = await service.json({ method: 'POST', url, ...jsonBody(resource) }, rewriteSchema, call)
    if (step.done && step.resource !== undefined) return step.resource
    if (step.done || step.rewriteToken === undefined) throw notOfGcs()
    rewriteToken = step.rewriteToken
  }
}
