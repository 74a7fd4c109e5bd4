import { expect, test } from 'vitest'

import { parseDeidentifierName } from './deidentifier-name.ts'
import { createDeidentifier } from './deidentifier.ts'
import type { DeidentifierOptions } from './deidentifier-options.ts'
import { testKey } from './testing/run.ts'

test.each<Partial<DeidentifierOptions>>([
  {},
  { retain: ['modified-dates', 'device'], clean: ['descriptors'] },
  { retain: ['patient-characteristics'], clean: ['structured-content', 'graphics'] },
  {
    blank: [
      { x: 0, y: 1, width: 2, height: 3 },
      { x: 10, y: 0, width: 640, height: 48 },
    ],
  },
])('a name says all that a de-identifier does: %j', (options) => {
  const { name } = createDeidentifier({ key: testKey, ...options })
  const named = parseDeidentifierName(name)
  expect(named).toBeDefined()
  const { retain = [], clean = [], blank = [] } = named ?? {}
  expect(createDeidentifier({ key: testKey, retain, clean, blank }).name).toBe(name)
  expect(createDeidentifier({ key: testKey.map((byte) => byte ^ 1), retain, clean, blank }).name).not.toBe(name)
})

test.each([
  '',
  'encrypt 0123456789ab',
  'deidentify',
  'deidentify 0123456789AB',
  'deidentify 0123456789ab retain-names',
  'deidentify 0123456789ab retain-toString',
  'deidentify 0123456789ab blank-1,2,3',
  'deidentify 0123456789ab blank-1,2,3,x',
  'deidentify 0123456789ab retain-uids retain-device',
  'deidentify 0123456789ab shorten-everything',
])('what no version of this made, or a newer one, is refused: %s', (name) => {
  expect(parseDeidentifierName(name)).toBeUndefined()
})
