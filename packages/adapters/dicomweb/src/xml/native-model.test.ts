import { expect, test } from 'vitest'

import { nativeModelOf } from '../testing/stow-service.ts'
import { parseNativeModel } from './native-model.ts'

const failed = { '00081155': { vr: 'UI', Value: ['1.2'] }, '00081197': { vr: 'US', Value: [272] } }
const altered = {
  '00081155': { vr: 'UI', Value: ['1.3'] },
  '04000561': {
    vr: 'SQ',
    Value: [{ '04000550': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.9'] } }] } }],
  },
}
const answer = nativeModelOf({
  '00081198': { vr: 'SQ', Value: [failed] },
  '00081199': { vr: 'SQ', Value: [altered, failed] },
})

test('sequences in sequences keep apart, and values are texts', () => {
  const item = { '00081155': { Value: ['1.2'] }, '00081197': { Value: ['272'] } }
  expect(parseNativeModel(answer)).toEqual({
    '00081198': { Value: [item] },
    '00081199': {
      Value: [
        {
          '00081155': { Value: ['1.3'] },
          '04000561': { Value: [{ '04000550': { Value: [{ '00081155': { Value: ['1.9'] } }] } }] },
        },
        item,
      ],
    },
  })
})

test('what is not all there is none', () => {
  const whole = answer.trimEnd().length
  for (let length = 0; length < whole; length += 1) expect(parseNativeModel(answer.slice(0, length))).toBeUndefined()
  for (let at = answer.indexOf('<Native'); at < whole; at += 1) {
    // Whatever is missing in the middle, it ends, and nothing but a model comes of it.
    expect(() => parseNativeModel(answer.slice(0, at) + answer.slice(at + 7))).not.toThrow()
  }
})

const attribute = (tag: string, inner: string) => `<DicomAttribute tag="${tag}">${inner}</DicomAttribute>`
const model = (inner: string) => `<NativeDicomModel>${inner}</NativeDicomModel>`

test.each([
  ['prefixes', "<d:NativeDicomModel><d:DicomAttribute vr='UI' tag = '0008119a'/></d:NativeDicomModel>", []],
  ['comments, and blanks', model(`<!-- a > b -->${attribute('0008119A', ' <Value > x\n</Value> ')}`), [' x\n']],
  ['what stands for characters', model(attribute('0008119A', '<Value>a &lt;b&gt; &#65;</Value>')), ['a <b> A']],
  ['elements of other names', model(`<Other>x<Value>y</Value></Other>${attribute('0008119A', '<Bulk/>')}`), []],
])('%s', (_name, xml, values) => {
  expect(parseNativeModel(xml)?.['0008119A']).toEqual({ Value: values })
})

test.each([
  ['a page', '<!DOCTYPE html><html><body></body></html>'],
  ['a page that is XML', '<html><body/></html>'],
  ['entities of its own', '<!DOCTYPE a [<!ENTITY x "y">]><NativeDicomModel>&x;</NativeDicomModel>'],
  ['two models', `${model('')}${model('')}`],
  ['something behind it', `${model('')} x`],
  ['something before it', `x ${model('')}`],
  [
    'ends in another order',
    '<NativeDicomModel><DicomAttribute tag="0008119A"><Value></DicomAttribute></Value></NativeDicomModel>',
  ],
  ['an element twice', model(attribute('0008119A', '').repeat(2))],
  ['too deep', '<NativeDicomModel>'.repeat(65) + '</NativeDicomModel>'.repeat(65)],
  ['nothing', ''],
])('%s is none', (_name, xml) => {
  expect(parseNativeModel(xml)).toBeUndefined()
})
