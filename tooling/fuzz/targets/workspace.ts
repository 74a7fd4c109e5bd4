import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { importSethealth, parseBoundedJson, parseWorkspace, serializeWorkspace } from '@gantry/core'

import { hold, valueOrCode } from '../expect.ts'
import type { Target } from '../target.ts'

const fixture = join(import.meta.dirname, '../../../packages/core/model/workspaces/version-1.json')
const small = {
  type: 'workspace',
  id: 'w',
  version: 1,
  volumes: [],
  geometries: [],
  shapes: [
    {
      id: 's',
      kind: 'line',
      points: [
        [0, 0, 0],
        [1, 2, 3],
      ],
    },
  ],
  segmentations: [],
  views: [],
  tags: { case: 'left' },
}

export const workspace: Target = {
  name: 'workspace',
  invariants:
    'refusals are errors with codes; text and value are judged alike; what is taken is the same after it was written and read; no prototype is touched',
  words: [
    '"__proto__":{"x":1},',
    '"version":1',
    '1e999',
    '-0',
    '[[[[',
    '{"a":',
    '\\u0000',
    '"\\ud800"',
    'null',
    '"volumes"',
    '"source"',
    '"entries"',
  ],
  seeds: async () =>
    [await readFile(fixture), Buffer.from(JSON.stringify(small))].map((bytes) => Uint8Array.from(bytes)),
  open: () => ({
    async run(input) {
      const text = new TextDecoder().decode(input)
      const bounded = await valueOrCode(() => parseBoundedJson(text))
      if ('value' in bounded) await valueOrCode(() => importSethealth(bounded.value as never))
      const parsed = await valueOrCode(() => parseWorkspace(text))
      hold(({} as { x?: unknown }).x === undefined, 'the prototype of all objects was written to')
      if (!('value' in parsed)) return false
      const written = serializeWorkspace(parsed.value)
      hold(serializeWorkspace(parseWorkspace(written)) === written, 'it is another one when it is written and read')
      const asValue = await valueOrCode(() => parseWorkspace(JSON.parse(text)))
      hold(
        'value' in asValue && serializeWorkspace(asValue.value) === written,
        'as a value it is another one than as text',
      )
      return true
    },
  }),
}
