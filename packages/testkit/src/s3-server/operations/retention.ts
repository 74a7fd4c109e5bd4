import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { childOf, readXml, requiredText, textOf } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket, DefaultRetention } from '../state/bucket.ts'
import { checkRetentionChange } from '../state/object-lock.ts'
import type { ObjectVersion } from '../state/version.ts'
import { requireObject } from '../state/versions.ts'
import { bucketOf, bypassesGovernance, type S3Context } from './context.ts'
import { isRetentionMode, lockMissing, readRetention } from './object-attributes.ts'
import { receiveText } from './receive-body.ts'

function target(context: S3Context): ObjectVersion {
  const bucket = bucketOf(context)
  if (!bucket.objectLock) throw lockMissing()
  return requireObject(bucket, context.request.key, context.request.query.get('versionId'))
}

export async function putObjectRetention(context: S3Context): Promise<S3Answer> {
  const element = readXml(await receiveText(context), 'Retention')
  const version = target(context)
  const now = context.world.now()
  const mode = textOf(element, 'Mode')
  const until = textOf(element, 'RetainUntilDate')
  // An empty element takes the retention away.
  const wanted = mode === undefined && until === undefined ? undefined : readRetention(mode, until, now)
  checkRetentionChange(version, wanted, now, bypassesGovernance(context))
  version.retention = wanted
  return emptyAnswer()
}

export function getObjectRetention(context: S3Context): S3Answer {
  const { retention } = target(context)
  if (!retention) throw new S3Error('NoSuchObjectLockConfiguration')
  return xmlAnswer('Retention', { Mode: retention.mode, RetainUntilDate: new Date(retention.until).toISOString() })
}

export async function putObjectLegalHold(context: S3Context): Promise<S3Answer> {
  const status = requiredText(readXml(await receiveText(context), 'LegalHold'), 'Status')
  if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
  target(context).legalHold = status === 'ON'
  return emptyAnswer()
}

export function getObjectLegalHold(context: S3Context): S3Answer {
  return xmlAnswer('LegalHold', { Status: target(context).legalHold ? 'ON' : 'OFF' })
}

export async function putObjectLockConfiguration(context: S3Context): Promise<S3Answer> {
  const element = readXml(await receiveText(context), 'ObjectLockConfiguration')
  if (requiredText(element, 'ObjectLockEnabled') !== 'Enabled') throw new S3Error('MalformedXML')
  const rule = childOf(element, 'Rule')
  const retention = rule && childOf(rule, 'DefaultRetention')
  const bucket = bucketOf(context)
  if (bucket.versioning !== 'Enabled') {
    throw new S3Error('InvalidBucketState', { message: "Versioning must be 'Enabled' to apply Object Lock." })
  }
  bucket.objectLock = { defaultRetention: retention && readDefault((name) => textOf(retention, name)) }
  return emptyAnswer()
}

function readDefault(text: (name: string) => string | undefined): DefaultRetention {
  const mode = text('Mode')
  const [days, years] = [text('Days'), text('Years')].map((number) =>
    number === undefined ? undefined : Number(number),
  )
  const length = days ?? years
  if (!isRetentionMode(mode) || (days === undefined) === (years === undefined)) throw new S3Error('MalformedXML')
  if (length === undefined || !Number.isInteger(length) || length < 1) throw new S3Error('InvalidArgument')
  return { mode, days, years }
}

export function getObjectLockConfiguration(context: S3Context): S3Answer {
  const bucket: Bucket = bucketOf(context)
  if (!bucket.objectLock) throw new S3Error('ObjectLockConfigurationNotFoundError')
  const { defaultRetention } = bucket.objectLock
  return xmlAnswer('ObjectLockConfiguration', {
    ObjectLockEnabled: 'Enabled',
    Rule: defaultRetention && {
      DefaultRetention: {
        Mode: defaultRetention.mode,
        Days: defaultRetention.days,
        Years: defaultRetention.years,
      },
    },
  })
}
