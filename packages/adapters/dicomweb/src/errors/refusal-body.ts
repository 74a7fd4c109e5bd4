import { codeOfGoogleStatus, type ErrorCode } from '@gantry/core/driver'
import * as z from 'zod'

import { parseTold } from '../parse-told.ts'
import { codeOfFailure, failureSchema } from './told-failure.ts'

const googleSchema = z.object({ error: z.object({ status: z.string() }) })
const azureSchema = z.object({ error: z.object({ code: z.string() }) })
const orthancSchema = z.object({ OrthancStatus: z.number(), Details: z.string().optional() })
const dicomSchema = z.object({ '00081198': z.object({ Value: z.array(z.unknown()) }) })

/**
 * What the text of a refusal says of its reason, in any of the forms that services have; `undefined` where it says nothing
 * that is more than its status.
 */
export function codeOfRefusalBody(body: string): ErrorCode | undefined {
  const refusal = parseTold(body)
  const google = googleSchema.safeParse(refusal).data
  if (google !== undefined) return codeOfGoogleStatus(google.error.status)
  const azure = azureSchema.safeParse(refusal).data
  if (azure !== undefined) return azureCodes.get(azure.error.code)
  const orthanc = orthancSchema.safeParse(refusal).data
  if (orthanc !== undefined) return codeOfOrthanc(orthanc.OrthancStatus, orthanc.Details ?? '')
  const dicom = dicomSchema.safeParse(refusal).data
  return dicom === undefined ? undefined : codeOfFailures(dicom['00081198'].Value)
}

const azureCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ['Unauthorized', 'unauthenticated'],
  ['Forbidden', 'permission_denied'],
  ['NotFound', 'not_found'],
  ['TooManyRequests', 'rate_limited'],
])

/** Numbers as Orthanc 1.10 answers them. */
function codeOfOrthanc(status: number, details: string): ErrorCode | undefined {
  if (/unsupported transfer syntax|expecting 'Accept/iu.test(details)) return 'unsupported'
  if (status === 7 || status === 17) return 'not_found'
  if (status === 3 || status === 8) return 'invalid'
  if (status === 19 || status === 22) return 'read_only'
  return undefined
}

/** Of several instances, the first that gives a reason. */
function codeOfFailures(items: readonly unknown[]): ErrorCode | undefined {
  for (const item of items) {
    const failure = failureSchema.safeParse(item).data
    const code = failure === undefined ? undefined : codeOfFailure(failure)
    if (code !== undefined) return code
  }
  return undefined
}
