import { bytesOf, type Bytes } from '@gantry/core'
import { multipartParts, parseContentType } from '@gantry/http'
import { cut, multipartOf } from '@gantry/testkit/bodies'

import { hold, valueOrCode } from '../expect.ts'
import type { Target } from '../target.ts'

const boundary = 'a-boundary'

interface Part {
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

async function partsOf(body: Bytes): Promise<readonly Part[]> {
  const parts: Part[] = []
  for await (const part of multipartParts(body, boundary)) {
    const chunks: Buffer[] = []
    // Chunks are lent.
    for await (const chunk of part.body) chunks.push(Buffer.from(chunk))
    const whole = Buffer.concat(chunks)
    hold(part.size === undefined || part.size === whole.length, 'a part ends well with another length than it told')
    parts.push({ headers: [...part.headers], body: whole })
  }
  return parts
}

export const multipart: Target = {
  name: 'multipart',
  invariants:
    'refusals are errors with codes; in whatever chunks a body comes, it has the same parts or the same refusal; parts that are written again are read again',
  words: [
    '\r\n',
    `--${boundary}`,
    `\r\n--${boundary}--\r\n`,
    'Content-Length: 4\r\n',
    'Content-Type: application/dicom',
    '\r\n\r\n',
  ],
  seeds: async () =>
    await Promise.resolve([
      multipartOf([{ body: Buffer.from('one') }], boundary),
      multipartOf(
        [
          {
            headers: { 'Content-Type': 'application/dicom; transfer-syntax=1.2' },
            body: Buffer.alloc(300, 7),
            measured: true,
          },
          { body: Buffer.from(`\r\n--${boundary.slice(0, 5)}`) },
          { body: Buffer.alloc(0) },
        ],
        boundary,
        'before the first',
      ),
    ]),
  open: () => ({
    async run(input) {
      parseContentType(Buffer.from(input.subarray(0, 5000)).toString('latin1'))
      const whole = await valueOrCode(async () => await partsOf(bytesOf(input)))
      for (const step of [1, 3, 7, 64]) {
        if (input.length / step > 4096) continue
        const places = Array.from({ length: Math.ceil(input.length / step) }, (_, index) =>
          Math.min(input.length, index * step),
        )
        const pieces = await valueOrCode(async () => await partsOf(bytesOf(...cut(input, places))))
        hold(JSON.stringify(pieces) === JSON.stringify(whole), `in chunks of ${step} it is another body`)
      }
      if (!('value' in whole)) return false
      const total = whole.value.reduce((sum, { body }) => sum + body.length, 0)
      hold(total <= input.length, 'parts are longer than all of it')
      const plain = whole.value.filter(({ body }) => !body.includes(`--${boundary}`))
      const again = await partsOf(
        bytesOf(
          multipartOf(
            plain.map(({ body }) => ({ body })),
            boundary,
          ),
        ),
      )
      if (plain.length === 0) return true
      hold(
        again.length === plain.length &&
          again.every(({ body }, index) => body.equals(plain[index]?.body ?? Buffer.alloc(0))),
        'parts are others when they are written again',
      )
      return true
    },
  }),
}
