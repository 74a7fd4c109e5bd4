import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { childOf, childrenOf, readXml, requiredText } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Tag } from '../state/version.ts'
import { requireObject, versionHeader } from '../state/versions.ts'
import { checkTags } from './check-tags.ts'
import { bucketOf, type S3Context } from './context.ts'
import { receiveText } from './receive-body.ts'

function target(context: S3Context) {
  const bucket = bucketOf(context)
  const version = requireObject(bucket, context.request.key, context.request.query.get('versionId'))
  return { version, headers: versionHeader(bucket, version.versionId) }
}

function readTags(xml: string): readonly Tag[] {
  const set = childOf(readXml(xml, 'Tagging'), 'TagSet')
  if (!set) throw new S3Error('MalformedXML')
  return checkTags(
    childrenOf(set, 'Tag').map((tag) => ({ key: requiredText(tag, 'Key'), value: requiredText(tag, 'Value') })),
  )
}

export async function putObjectTagging(context: S3Context): Promise<S3Answer> {
  const tags = readTags(await receiveText(context))
  const { version, headers } = target(context)
  version.tags = tags
  return emptyAnswer(200, headers)
}

export function getObjectTagging(context: S3Context): S3Answer {
  const { version, headers } = target(context)
  const tags = version.tags.map(({ key, value }) => ({ Key: key, Value: value }))
  return xmlAnswer('Tagging', { TagSet: { Tag: tags } }, headers)
}

export function deleteObjectTagging(context: S3Context): S3Answer {
  const { version, headers } = target(context)
  version.tags = []
  return emptyAnswer(204, headers)
}
