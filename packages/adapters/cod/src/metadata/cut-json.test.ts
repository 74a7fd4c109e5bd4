import { expect, test } from 'vitest'

import { cutJson, cutWhole } from './cut-json.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const opens = (path: readonly string[]) => path.length === 0 || ['a', 'list'].includes(path.at(-1) ?? '')

async function* inChunks(text: string, size: number) {
  const bytes = bytesOf(text)
  const lent = new Uint8Array(size)
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    lent.set(chunk)
    yield lent.subarray(0, chunk.length)
    lent.fill(0x22)
  }
}

async function all(cuts: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of cuts);
}

async function cut(text: string, size: number): Promise<string[]> {
  const cuts: string[] = []
  for await (const { path, bytes } of cutJson(inChunks(text, size), opens)) {
    cuts.push(`${path.join('/')} ${bytes === undefined ? 'opened' : new TextDecoder().decode(bytes)}`)
  }
  return cuts
}

const text = ` {"a" : {"x":1.50 ,"y\\n":"\\\\\\"}{", "z":[{"q":"]"},[]]},"\u00e4":null,"list":[NaN,[2],{"a":{}}], "b":{"a":"\u00e4"},"e":{} } `
const cuts = [
  ' opened',
  'a opened',
  'a/x 1.50',
  'a/y\n "\\\\\\"}{"',
  'a/z [{"q":"]"},[]]',
  '\u00e4 null',
  'list opened',
  'list/0 NaN',
  'list/1 [2]',
  'list/2 {"a":{}}',
  'b {"a":"\u00e4"}',
  'e {}',
]

test('values are found wherever chunks end', async () => {
  for (const size of [1, 2, 3, 7, 64, 1000]) expect(await cut(text, size)).toEqual(cuts)
  expect(await cut(`\ufeff${text}`, 2)).toEqual(cuts)
})

test('what is at hand is cut where it lies', async () => {
  const found: string[] = []
  // Longer than what is looked at in one turn.
  const long = `{"n":"${'x'.repeat(3_000_000)}","a":{"b":[${'1,'.repeat(700_000)}2]}}`
  for await (const { path, bytes, start } of cutWhole(bytesOf(long), opens)) {
    found.push(`${path.join('/')} ${start} ${bytes?.length}`)
  }
  const at = long.indexOf('[')
  expect(found).toEqual([' 0 undefined', 'n 5 3000002', `a ${at - 5} undefined`, `a/b ${at} 1400003`])
})

test.for(['', '{', '{"a":1', '{"a":}', '{"a" 1}', '{"a":1,}', '{"a":1}}', '{"a":1} x', '{a:1}', '{"a":[1}'])(
  'what is cut off or none of JSON fails: %s',
  async (wrong) => {
    await expect(cut(wrong, 2)).rejects.toThrow(SyntaxError)
    await expect(all(cutWhole(bytesOf(wrong), opens))).rejects.toThrow(SyntaxError)
  },
)
