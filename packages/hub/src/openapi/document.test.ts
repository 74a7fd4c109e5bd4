import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'

import { everything, openRig, requestToken, type SendOptions, shareId, sign } from '../testing/rig.ts'

interface Operation {
  readonly operationId: string
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: object
}

/** Every request there is, in an order in which each can be answered. */
type Step = readonly [operation: string, status: number, method: string, path: string, options?: SendOptions]

test('the document is valid, names all that is served, and the real answers are as it says', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything })
  const document = (await (await rig.send('GET', '/openapi.json')).json()) as Document
  const checked = await new Validator().validate(structuredClone(document) as never)
  expect(checked).toMatchObject({ valid: true })

  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'hub')
  const untouched = new Set<string>()
  for (const path of Object.values(document.paths))
    for (const { operationId } of Object.values(path)) untouched.add(operationId)

  const check = async (operation: string, response: Response): Promise<unknown> => {
    untouched.delete(operation)
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { operationId, responses }] of Object.entries(operations)) {
        if (operationId !== operation) continue
        const said = responses[response.status]
        expect(said, `${operation} answered ${response.status}`).toBeDefined()
        const [type, content] = Object.entries(said?.content ?? {})[0] ?? []
        const told = type === undefined || type.includes('octet') || response.headers.get('content-type') === type
        expect(told).toBe(true)
        if (type !== 'application/json') return await response.text()
        expect(content?.schema).toBeDefined()
        const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
        const pointer = `hub#/paths/${escaped}/${method}/responses/${response.status}/content/application~1json/schema`
        const validate = ajv.getSchema(pointer) as ValidateFunction
        const answer: unknown = await response.json()
        expect([validate(answer), validate.errors]).toEqual([true, null])
        return answer
      }
    }
    throw new Error(`There is no ${operation} in the document.`)
  }
  const { access_token: token } = (await check('getToken', await requestToken(rig, await sign(rig, file)))) as {
    access_token: string
  }
  const step = async ([operation, status, method, path, options = {}]: Step): Promise<unknown> => {
    const response = await rig.send(method, path, { token, ...options })
    expect([operation, response.status]).toEqual([operation, status])
    return await check(operation, response)
  }
  const share = `/v1/shares/${shareId(1)}`
  const json = { id: shareId(1), metadata: 'x', objects: [], maxOpens: 1 }
  const steps: Step[] = [
    ['getToken', 400, 'POST', '/token', { body: '' }],
    ['getMetadata', 200, 'GET', '/.well-known/oauth-authorization-server'],
    ['getKeys', 200, 'GET', '/.well-known/jwks.json'],
    ['getDocument', 200, 'GET', '/openapi.json'],
    ['getHealth', 200, 'GET', '/healthz'],
    ['showShare', 200, 'GET', '/s/x'],
    ['putObject', 201, 'PUT', '/v1/objects/x', { body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['putObject', 409, 'PUT', '/v1/objects/x', { body: 'x', headers: { 'if-none-match': '*' } }],
    ['putObject', 412, 'PUT', '/v1/objects/x', { body: 'x', headers: { 'if-match': '"x"' } }],
    ['putObject', 422, 'PUT', '/v1/objects/y', { body: 'x', headers: { 'gantry-crc32': '00000000' } }],
    ['putObject', 400, 'PUT', '/v1/objects/%ff', { body: 'x' }],
    ['putObject', 401, 'PUT', '/v1/objects/x', { token: undefined, body: 'x' }],
    ['readObject', 200, 'GET', '/v1/objects/x'],
    ['readObject', 206, 'GET', '/v1/objects/x', { headers: { range: 'bytes=0-0' } }],
    ['readObject', 416, 'GET', '/v1/objects/x', { headers: { range: 'bytes=9-' } }],
    ['readObject', 404, 'GET', '/v1/objects/none'],
    ['lookAtObject', 200, 'HEAD', '/v1/objects/x'],
    ['listObjects', 200, 'GET', '/v1/objects'],
    ['lockObjects', 204, 'POST', '/v1/locks', { json: { paths: ['x'] } }],
    ['unlockObjects', 204, 'DELETE', '/v1/locks', { json: { paths: ['x'] } }],
    ['lockObjects', 400, 'POST', '/v1/locks', { json: { paths: [] } }],
    ['createShare', 201, 'POST', '/v1/shares', { json }],
    ['createShare', 200, 'POST', '/v1/shares', { json }],
    ['createShare', 409, 'POST', '/v1/shares', { json: { ...json, maxOpens: 2 } }],
    ['listShares', 200, 'GET', '/v1/shares'],
    ['getShare', 200, 'GET', share],
    ['openShare', 200, 'POST', `${share}/open`],
    ['openShare', 410, 'POST', `${share}/open`, { token: undefined }],
    ['auditShare', 200, 'GET', `${share}/audit`],
    ['revokeShare', 200, 'DELETE', share],
    ['listUploads', 200, 'GET', '/v1/uploads'],
  ]
  for (const one of steps) await step(one)
  const { id } = (await step(['beginUpload', 201, 'POST', '/v1/uploads', { json: { path: 'p' } }])) as { id: string }
  const part = await step(['putPart', 200, 'PUT', `/v1/uploads/${id}/parts/1?offset=0`, { body: 'abc' }])
  await step(['listParts', 200, 'GET', `/v1/uploads/${id}/parts`])
  await step(['completeUpload', 200, 'POST', `/v1/uploads/${id}/complete`, { json: { parts: [part] } }])
  await step(['abortUpload', 204, 'DELETE', `/v1/uploads/${id}`])
  await step(['removeObject', 204, 'DELETE', '/v1/objects/p'])
  expect([...untouched]).toEqual([])
  expect(rig.errors).toEqual([])
})
