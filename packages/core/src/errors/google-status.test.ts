import { describe, expect, test } from 'vitest'

import { errorCodes } from './error-code.ts'
import { codeOfGoogleStatus, googleStatusOf } from './google-status.ts'

describe('google.rpc statuses', () => {
  test.for([...errorCodes])('%s survives the way there and back', (code) => {
    expect(codeOfGoogleStatus(googleStatusOf(code))).toBe(code)
  })

  test('an aborted transaction may be tried again', () => {
    expect(codeOfGoogleStatus('ABORTED')).toBe('unavailable')
  })

  test('knows no others', () => {
    expect(codeOfGoogleStatus('toString')).toBeUndefined()
  })
})
