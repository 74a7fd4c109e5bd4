import { HttpRefusal } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { profiles } from '../profiles/profiles.ts'
import { errorOfRefusal } from './error-of-refusal.ts'
import { codeOfFailureReason } from './failure-reason.ts'
import { triedOf } from './tried.ts'

const now = Date.UTC(2026, 10, 28)
const orthanc = (HttpStatus: number, OrthancStatus: number, Details?: string) =>
  JSON.stringify({
    HttpError: 'Bad Request',
    HttpStatus,
    Message: 'Bad request',
    Method: 'GET',
    OrthancError: 'Bad request',
    OrthancStatus,
    Uri: '/dicom-web/studies/1.2.3',
    ...(Details !== undefined && { Details }),
  })
const rpc = { error: { code: 403, message: 'Permission denied on 1.2.3', status: 'PERMISSION_DENIED', details: [] } }
const failed = (reason: number, more = {}) =>
  JSON.stringify({
    '00081198': {
      vr: 'SQ',
      Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] }, '00081197': { vr: 'US', Value: [reason] }, ...more }],
    },
  })
const detail = { '00091097': { vr: 'LO', Value: ['SOP instance 1.2.3 already exists'] } }
const xml = `<?xml version="1.0"?><NativeDicomModel><DicomAttribute tag="00081198" vr="SQ" keyword="FailedSOPSequence">
<Item number="1"><DicomAttribute tag="00081197" vr="US" keyword="FailureReason"><Value number="1">273</Value>
</DicomAttribute></Item></DicomAttribute></NativeDicomModel>`

describe('refusals', () => {
  test.each([
    ['a google.rpc object', 403, JSON.stringify(rpc), 'permission_denied'],
    ['a list of one, as Cloud Healthcare answers', 403, JSON.stringify([rpc]), 'permission_denied'],
    ['google.rpc that knows better than its status', 400, '[{"error":{"status":"NOT_FOUND"}}]', 'not_found'],
    ['Orthanc: an inexistent study', 404, orthanc(404, 7, 'Accessing an inexistent study: 1.2.3'), 'not_found'],
    ['Orthanc: an unknown resource', 404, orthanc(404, 17), 'not_found'],
    ['Orthanc: a bad request', 400, orthanc(400, 8), 'invalid'],
    ['Orthanc: out of range', 400, orthanc(400, 3), 'invalid'],
    [
      'Orthanc: a transfer syntax',
      400,
      orthanc(400, 8, 'Unsupported transfer syntax in WADO-RS: 1.2.840.10008.1.2.4.201'),
      'unsupported',
    ],
    ['Orthanc: a media type', 400, orthanc(400, 8, "expecting 'Accept: multipart/related' HTTP header"), 'unsupported'],
    ['Orthanc: its plugin failed', 500, orthanc(500, 1), 'unavailable'],
    ['Orthanc: JSON to be stored', 415, '', 'unsupported'],
    ['an empty 401', 401, '', 'unauthenticated'],
    ['a 401 of a proxy that says something else', 401, '{"error":{"status":"NOT_FOUND"}}', 'unauthenticated'],
    ['Azure', 403, '{"error":{"code":"Forbidden","message":"Authorization failed."}}', 'permission_denied'],
    ['Azure, text', 404, '"The specified study cannot be found."', 'not_found'],
    ['Azure, something failed', 424, '', 'unavailable'],
    ['plain text', 406, 'Not acceptable for 1.2.3', 'unsupported'],
    ['DICOM JSON: another study', 409, failed(272), 'unavailable'],
    ['DICOM JSON: there already', 409, failed(45_070), 'already_exists'],
    ['DICOM JSON: there already, in words', 409, failed(272, detail), 'already_exists'],
    ['DICOM JSON: not understood', 409, failed(0xc000), 'invalid'],
    ['XML', 409, xml, 'already_exists'],
    ['a page of a proxy', 502, '<html>Bad gateway</html>', 'unavailable'],
    ['nothing', 400, '', 'invalid'],
    ['no JSON', 404, '{', 'not_found'],
    ['a method that is not there', 405, '', 'unsupported'],
    ['too large', 413, '', 'invalid'],
  ] as const)('%s', (_name, status, body, code) => {
    const error = errorOfRefusal({ status, body, now })
    expect(error.code).toBe(code)
    expect(error.cause).toBeInstanceOf(HttpRefusal)
    expect(error.message + String(error.cause)).not.toContain('1.2.3')
  })

  test('say when to come back', () => {
    const error = errorOfRefusal({ status: 429, body: JSON.stringify(rpc), retryAfter: '7', now })
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true, retryAfter: 7000 })
  })
})

describe('what is forbidden', () => {
  const refused = (method: string, path: readonly string[], profile = profiles.google) =>
    errorOfRefusal({ status: 403, body: JSON.stringify([rpc]), now }, triedOf(method, path), profile).message

  test.each([
    ['GET', ['studies'], 'roles/healthcare.dicomViewer'],
    ['GET', ['studies', '1.2', 'series', '1.3'], 'roles/healthcare.dicomViewer'],
    ['POST', ['studies'], 'roles/healthcare.dicomEditor'],
    ['DELETE', ['studies', '1.2'], 'roles/healthcare.dicomEditor'],
  ])('%s %j needs %s', (method, path, role) => {
    expect(refused(method, path)).toContain(role)
  })

  test('may not be there, where the service says the same of both', () => {
    expect(refused('GET', ['studies', '1.2'])).toContain('no such study')
    expect(refused('GET', ['studies', '1.2'], profiles.orthanc)).not.toContain('no such')
  })
})

test.each([
  ['GET', ['studies'], 'search', 'service'],
  ['GET', ['studies', '1', 'series'], 'search', 'study'],
  ['GET', ['studies', '1', 'series', '2', 'instances', '3', 'frames', '1'], 'retrieve', 'instance'],
  ['GET', ['studies', '1', 'series', '2', 'metadata'], 'retrieve', 'series'],
  ['POST', ['studies', '1'], 'store', 'study'],
  ['DELETE', ['studies', '1', 'series', '2'], 'remove', 'series'],
] as const)('%s %j', (method, path, action, resource) => {
  expect(triedOf(method, path)).toEqual({ action, resource })
})

test.each([
  [0x0111, 'already_exists'],
  [0x0110, 'unavailable'],
  [0x0122, 'unsupported'],
  [0x0124, 'permission_denied'],
  [0xa700, 'unavailable'],
  [43_264, 'invalid'],
  [43_265, 'invalid'],
  [0xc122, 'unsupported'],
] as const)('the reason %i is %s', (reason, code) => {
  expect(codeOfFailureReason(reason)).toBe(code)
})
