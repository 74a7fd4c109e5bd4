import { expect, test } from 'vitest'

import { createDeidentifier } from './deidentifier.ts'
import { checkOptions, type DeidentifierOptions } from './deidentifier-options.ts'
import { testKey } from './testing/run.ts'

const key = testKey
const blank = [{ x: 0, y: 0, width: 10, height: 10 }]

test.each([
  [undefined, 'key'],
  [{}, 'key'],
  [{ key: 'a long secret that is text' }, 'key'],
  [{ key, blanks: blank }, 'blanks'],
  [{ key, clear: ['descriptors'] }, 'clear'],
  [{ key, retian: ['uids'] }, 'retian'],
  [{ key, retain: 'uids' }, 'retain'],
  [{ key, clean: { descriptors: true } }, 'clean'],
  [{ key, blank: blank[0] }, 'blank'],
  [{ key, blank: [{ x: 0, y: 0, width: 10 }] }, 'blank'],
  [{ key, blank: [{ x: -1, y: 0, width: 10, height: 0.5 }] }, 'blank'],
  [{ key, safePrivate: 'all' }, 'safePrivate'],
  [{ key, maxHeaderBytes: '64 MiB' }, 'maxHeaderBytes'],
])('what would leave something in images is refused: %j', (options, name) => {
  const message = expect.stringContaining(`"${name}"`) as string
  const refused = expect.objectContaining({ code: 'invalid', message }) as Error
  expect(() => createDeidentifier(options as DeidentifierOptions)).toThrow(refused)
})

test('what is left out may say so', () => {
  expect(() => checkOptions({ key, blank, retain: undefined, maxHeaderBytes: undefined })).not.toThrow()
})
