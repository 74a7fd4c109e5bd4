// oxlint-disable vitest/expect-expect -- properties assert within.
import { type DataSet, type Element, writeDicom } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Outcome, outcomeOf, settledOutcomeOf } from '../samples/outcome.ts'
import { sampleFiles, sampleIdentity } from '../samples/sample-files.ts'
import type { DicomHeader } from './header/dicom-header.ts'
import { parseHeader, readHeader } from './header/read-header.ts'
import { type DicomImage, parseImage } from './header/read-image.ts'
import { stringifyDicomJson } from './json/stringify-dicom-json.ts'
import { toDicomJson } from './json/to-dicom-json.ts'
import { bytesSource, type HeaderSource } from './source/header-source.ts'
import { attributesOf } from './values/attributes.ts'

/** The same cases in every run; `GANTRY_FUZZ_RUNS` asks for more of them, and `GANTRY_FUZZ_SEED` for others. */
const runs = Number(process.env['GANTRY_FUZZ_RUNS'] ?? 150)
const seed = Number(process.env['GANTRY_FUZZ_SEED'] ?? 20_240_229)
const timeout = 60_000 + runs * 100

const expectedCodes = ['invalid', 'integrity', 'unsupported']
const maxHeaderBytes = 1 << 20

interface Mutation {
  readonly kind: 'set' | 'flip' | 'length' | 'cut' | 'remove' | 'repeat' | 'insert'
  readonly at: number
  readonly value: number
  readonly length: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'flip', 'length', 'cut', 'remove', 'repeat', 'insert'),
  // Early bytes matter more: that is where the header is.
  at: fc.oneof(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.double({ min: 0, max: 0.4, noNaN: true })),
  value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff), fc.nat(255)),
  length: fc.integer({ min: 1, max: 64 }),
})

function mutated(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = Buffer.from(original)
  for (const { kind, at, value, length } of mutations) {
    const index = Math.floor(at * bytes.length)
    const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)]
    if (kind === 'set') after.fill(value, 0, Math.min(1, after.length))
    else if (kind === 'flip') after.set(after.subarray(0, 1).map((byte) => byte ^ (1 << (value & 7))))
    else if (kind === 'length') after.fill(value, 0, Math.min(4, after.length))
    else if (kind === 'cut') bytes = before
    else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(length)])
    else if (kind === 'repeat') bytes = Buffer.concat([before, after.subarray(0, length), after])
    else bytes = Buffer.concat([before, Buffer.alloc(length, value), after])
  }
  return bytes
}

/** Reads all that there is to read. What is neither a result nor a coded error is thrown on, and fails the test. */
function readAll(bytes: Uint8Array): { readonly codes: readonly string[]; readonly agree: boolean } {
  const header = outcomeOf(() => parseHeader(bytes, { maxHeaderBytes }))
  const image = outcomeOf(() => parseImage(bytes, { maxHeaderBytes, keywords: ['PatientName', 'Rows'] }))
  const json = outcomeOf((): unknown => {
    if ('code' in header) return undefined
    attributesOf(header.value.elements)
    return JSON.parse(stringifyDicomJson(toDicomJson(header.value)))
  })
  const codes = [header, image, json].flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
  return { codes, agree: agree(header, image) }
}

/** An image comes of a sound header only, and is what that says; a header may say too little for one. */
function agree(header: Outcome<DicomHeader>, image: Outcome<DicomImage>): boolean {
  if ('code' in header) return 'code' in image && image.code === header.code
  if ('code' in image) return true
  const { numberOfFrames, ...uids } = header.value.identifiers
  const found = image.value.image
  return (
    found.numberOfFrames === numberOfFrames && Object.values(uids).every((uid) => Object.values(found).includes(uid))
  )
}

function expectSound({ codes, agree: agreed }: ReturnType<typeof readAll>): void {
  expect(codes.filter((code) => !expectedCodes.includes(code))).toEqual([])
  expect(agreed).toBe(true)
}

/** A source that does not know its size, and is never asked for much more than it has already given. */
function unsized(bytes: Uint8Array): HeaderSource {
  let given = 0
  return {
    read(start, end) {
      expect(end - start).toBeLessThanOrEqual(Math.max(256, given))
      const part = bytes.slice(start, end)
      given += part.length
      return Promise.resolve(part)
    },
  }
}

describe.each([...sampleFiles])('%s, with bytes changed', (_name, { file }) => {
  const original = writeDicom(file)

  test(
    'is read or refused',
    () => {
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) =>
          expectSound(readAll(mutated(original, mutations))),
        ),
        { seed, numRuns: runs },
      )
    },
    timeout,
  )

  test(
    'is read in small steps with the same result',
    async () => {
      const property = fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 2 }), async (mutations) => {
        const bytes = mutated(original, mutations)
        const whole = outcomeOf(() => parseHeader(bytes).identifiers)
        const steps = await settledOutcomeOf(readHeader(bytesSource(bytes), { firstRead: 256 }))
        expect('value' in steps ? { value: steps.value.identifiers } : steps).toEqual(whole)
        // Without a size, what is cut off may look malformed before the end is found.
        const blind = await settledOutcomeOf(readHeader(unsized(bytes), { firstRead: 256 }))
        expect('value' in blind ? { value: blind.value.identifiers } : 'failed').toEqual(
          'value' in whole ? whole : 'failed',
        )
      })
      await fc.assert(property, { seed, numRuns: Math.ceil(runs / 3) })
    },
    timeout,
  )
})

test(
  'bytes without any sense are refused',
  () => {
    const prefix = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])
    const meta = writeDicom({ dataSet: [] })
    const starts = fc.constantFrom(new Uint8Array(0), prefix, meta, Buffer.from([8, 0, 5, 0, 0x43, 0x53]))
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 2000 }), (start, rest) => {
        const bytes = Buffer.concat([start, rest])
        const result = readAll(bytes)
        expectSound(result)
        expect(result.codes).not.toEqual([])
      }),
      { seed, numRuns: runs * 10 },
    )
  },
  timeout,
)

const text = fc.string({ unit: fc.constantFrom('A', 'b', '1', ' ', '^', '=', 'ß', '山'), maxLength: 20 })
const leaf: fc.Arbitrary<Element> = fc.oneof(
  fc.tuple(fc.constant(0x00080070), fc.constant('LO' as const), text),
  fc.tuple(fc.constant(0x00100010), fc.constant('PN' as const), text),
  fc.tuple(fc.constant(0x00204000), fc.constant('LT' as const), text),
  fc.tuple(fc.constant(0x00200013), fc.constant('IS' as const), fc.integer()),
  fc.tuple(fc.constant(0x00280010), fc.constant('US' as const), fc.array(fc.nat(65_535), { maxLength: 4 })),
  fc.tuple(fc.constant(0x00186028), fc.constant('FD' as const), fc.double()),
  fc.tuple(fc.constant(0x00080001), fc.constant('UL' as const), fc.nat()),
  fc.tuple(fc.constant(0x00420011), fc.constant('OB' as const), fc.uint8Array({ maxLength: 50 })),
  fc.tuple(fc.constant(0x00660016), fc.constant('OF' as const), fc.float32Array({ maxLength: 5 })),
)
const sequenceTags = fc.constantFrom(0x00081140, 0x00081199, 0x0040a730, 0x30060020)
const { dataSet: randomDataSet } = fc.letrec<{ dataSet: DataSet; element: Element }>((tie) => ({
  dataSet: fc.uniqueArray(tie('element'), { maxLength: 6, selector: ([tag]) => tag }),
  element: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'sequence' },
    leaf,
    fc.tuple(
      sequenceTags,
      fc.constant('SQ' as const),
      fc.record({
        items: fc.array(tie('dataSet'), { maxLength: 3, depthIdentifier: 'sequence' }),
        undefinedLength: fc.boolean(),
        undefinedItemLength: fc.boolean(),
      }),
    ),
  ),
}))

test(
  'a data set means the same in every transfer syntax',
  () => {
    const identity: DataSet = [
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x00080016, 'UI', sampleIdentity.sopClassUID],
      [0x00080018, 'UI', sampleIdentity.sopInstanceUID],
    ]
    fc.assert(
      fc.property(randomDataSet, (random) => {
        const dataSet = [...identity, ...random]
        const [explicit, ...rest] = ['explicit', 'implicit', 'big-endian', 'deflated'].map((syntax) =>
          toDicomJson(parseHeader(writeDicom({ dataSet, syntax }))),
        )
        for (const other of rest) expect(other).toEqual(explicit)
        const bare = writeDicom({ dataSet, preamble: false, meta: false })
        expect(toDicomJson(parseHeader(bare))).toEqual(explicit)
      }),
      { seed, numRuns: runs },
    )
  },
  timeout,
)
