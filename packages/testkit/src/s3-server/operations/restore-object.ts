import { emptyAnswer, type S3Answer } from '../protocol/answer.ts'
import { childOf, readXml, requiredText, textOf } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'
import { isArchived, isThawed } from '../state/frozen.ts'
import { requireObject } from '../state/versions.ts'
import { bucketOf, type S3Context } from './context.ts'
import { receiveText } from './receive-body.ts'

const tiers: ReadonlySet<string> = new Set(['Expedited', 'Standard', 'Bulk'])
const day = 86_400_000

/** Begins to restore what is in Glacier; 202 at first, 200 where a restored copy is there and is kept for longer. */
export async function restoreObject(context: S3Context): Promise<S3Answer> {
  const { world, request } = context
  const element = readXml(await receiveText(context), 'RestoreRequest')
  const days = Number(requiredText(element, 'Days'))
  const parameters = childOf(element, 'GlacierJobParameters')
  const tier = (parameters && textOf(parameters, 'Tier')) ?? 'Standard'
  const version = requireObject(bucketOf(context), request.key, request.query.get('versionId'))
  if (!Number.isInteger(days) || days < 1 || !tiers.has(tier)) throw new S3Error('MalformedXML')
  if (!isArchived(version)) {
    const message = "Restore is not allowed for the object's current storage class"
    throw new S3Error('InvalidObjectState', { message })
  }
  if (version.storageClass === 'DEEP_ARCHIVE' && tier === 'Expedited') throw new S3Error('InvalidArgument')
  const now = world.now()
  if (isThawed(version, now)) {
    version.thaw = { ready: version.thaw?.ready ?? now, until: now + days * day }
    return emptyAnswer()
  }
  if (version.thaw !== undefined && now < version.thaw.ready) throw new S3Error('RestoreAlreadyInProgress')
  const ready = now + world.thawTime
  version.thaw = { ready, until: ready + days * day }
  return { ...emptyAnswer(), status: 202 }
}
