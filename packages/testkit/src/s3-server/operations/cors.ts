import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { childrenOf, readXml, textOf, type XmlElement } from '../protocol/read-xml.ts'
import type { S3Request } from '../protocol/request.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket, CorsRule } from '../state/bucket.ts'
import type { World } from '../state/world.ts'
import { bucketOf, type S3Context } from './context.ts'
import { receiveText } from './receive-body.ts'

export async function putBucketCors(context: S3Context): Promise<S3Answer> {
  const rules = childrenOf(readXml(await receiveText(context), 'CORSConfiguration'), 'CORSRule').map(readRule)
  if (rules.length === 0) throw new S3Error('MalformedXML')
  bucketOf(context).cors = rules
  return emptyAnswer()
}

function readRule(element: XmlElement): CorsRule {
  const texts = (name: string) => childrenOf(element, name).map((child) => child.text)
  const age = textOf(element, 'MaxAgeSeconds')
  const rule: CorsRule = {
    id: textOf(element, 'ID'),
    origins: texts('AllowedOrigin'),
    methods: texts('AllowedMethod'),
    headers: texts('AllowedHeader'),
    expose: texts('ExposeHeader'),
    maxAge: age === undefined ? undefined : Number(age),
  }
  if (rule.origins.length === 0 || rule.methods.length === 0) throw new S3Error('MalformedXML')
  return rule
}

export function getBucketCors(context: S3Context): S3Answer {
  const { cors } = bucketOf(context)
  if (!cors) throw new S3Error('NoSuchCORSConfiguration')
  return xmlAnswer('CORSConfiguration', {
    CORSRule: cors.map((rule) => ({
      ID: rule.id,
      AllowedMethod: rule.methods,
      AllowedOrigin: rule.origins,
      AllowedHeader: rule.headers,
      ExposeHeader: rule.expose,
      MaxAgeSeconds: rule.maxAge,
    })),
  })
}

export function deleteBucketCors(context: S3Context): S3Answer {
  bucketOf(context).cors = undefined
  return emptyAnswer(204)
}

/** What a browser asks before it sends a request of its own. */
export function preflight(context: S3Context): S3Answer {
  const { headers } = context.request
  const origin = headers.get('origin')
  const method = headers.get('access-control-request-method')
  const wanted = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const rule = origin && method ? findRule(bucketOf(context), origin, method, wanted) : undefined
  if (!rule || !origin) throw new S3Error('AccessForbidden')
  return emptyAnswer(200, {
    ...allowances(rule, origin),
    'access-control-allow-headers': wanted.length > 0 ? wanted.join(', ') : undefined,
    'access-control-max-age': rule.maxAge,
  })
}

/** What every other answer tells a browser, refusals included. */
export function corsHeaders(world: World, request: S3Request): S3Answer['headers'] {
  const origin = request.headers.get('origin')
  const bucket = world.buckets.get(request.bucket)
  if (origin === undefined || !bucket || request.method === 'OPTIONS') return {}
  const rule = findRule(bucket, origin, request.method, [])
  return rule ? allowances(rule, origin) : {}
}

function findRule(bucket: Bucket, origin: string, method: string, headers: string[]): CorsRule | undefined {
  return bucket.cors?.find(
    (rule) =>
      rule.methods.includes(method) &&
      rule.origins.some((pattern) => matches(pattern, origin)) &&
      headers.every((name) => rule.headers.some((pattern) => matches(pattern.toLowerCase(), name.toLowerCase()))),
  )
}

/** A pattern may have one asterisk. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star === -1) return pattern === text
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}

function allowances(rule: CorsRule, origin: string): S3Answer['headers'] {
  const any = rule.origins.includes('*')
  return {
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-allow-credentials': any ? undefined : 'true',
    'access-control-allow-methods': rule.methods.join(', '),
    'access-control-expose-headers': rule.expose.length > 0 ? rule.expose.join(', ') : undefined,
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}
