import assert from 'node:assert/strict'

import { digestAlgorithms } from '@gantry/core'
import { type Digests, isGantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { digestOf } from '../digests-of.ts'
import { failsWith } from '../expectations.ts'

const contents = [new Uint8Array(), contentOf(1, 1), contentOf(2, 65_536), contentOf(3, 1_200_003)]

/** Whatever is told must be true. */
function checkTrue(digests: Digests | undefined, bytes: Uint8Array): void {
  for (const algorithm of digestAlgorithms) {
    const told = digests?.[algorithm]
    const right = digestOf(algorithm, bytes)
    if (told !== undefined && right !== undefined) assert.equal(told, right, `the ${algorithm} that is told`)
  }
}

async function declared(bench: Bench): Promise<void> {
  for (const content of contents) {
    const written = await bench.put('entry', content)
    const looked = await bench.store.stat('entry')
    for (const algorithm of bench.abilities.digests) {
      assert.ok(looked.digests?.[algorithm] !== undefined, `${algorithm} is declared, and stat does not tell it`)
    }
    checkTrue(written.digests, content)
    checkTrue(looked.digests, content)
    const [listed] = await bench.list()
    checkTrue(listed?.digests, content)
  }
}

async function promised(bench: Bench): Promise<void> {
  for (const content of contents) {
    const digests = Object.fromEntries(digestAlgorithms.map((algorithm) => [algorithm, digestOf(algorithm, content)]))
    delete digests['cid']
    const written = await bench.put('entry', content, { digests })
    checkTrue(written.digests, content)
  }
}

/** Promises a digest that is wrong, one algorithm at a time: the store must notice it, or know nothing of it. */
async function notEchoed(bench: Bench): Promise<void> {
  const content = contentOf(1, 100_000)
  for (const algorithm of digestAlgorithms) {
    const wrong = digestOf(algorithm, contentOf(2, 100_000))
    if (wrong === undefined) continue
    try {
      const written = await bench.put('entry', content, { digests: { [algorithm]: wrong } })
      checkTrue(written.digests, content)
      checkTrue((await bench.store.stat('entry')).digests, content)
      assert.ok(!bench.abilities.digests.includes(algorithm), `${algorithm} is declared, and a wrong one was taken`)
    } catch (error) {
      if (!isGantryError(error)) throw error
      await failsWith(Promise.reject(error), 'integrity')
      // Nothing, or the bytes that were sent: never what the wrong digest said.
      const kept = await bench.store.find('entry')
      if (kept !== undefined) checkTrue(kept.digests, content)
    }
  }
}

/** What the caller computed of the body: asked for when all of it has passed, and believed by nobody who stores it. */
async function digested(bench: Bench): Promise<void> {
  for (const content of contents) {
    const of = (bytes: Uint8Array) => {
      const all = Object.fromEntries(digestAlgorithms.map((algorithm) => [algorithm, digestOf(algorithm, bytes)]))
      delete all['cid']
      return all
    }
    const right = of(content)
    const wrong = of(contentOf(content.length + 7, 1000))
    for (const told of [right, wrong]) {
      let ended = false
      async function* body() {
        for (let at = 0; at < content.length; at += 65_536) yield content.slice(at, at + 65_536)
        ended = true
      }
      const after = () => {
        assert.ok(ended, 'the digests were asked for before the body had ended')
        return told
      }
      try {
        const written = await bench.store.write({ path: 'entry', size: content.length, digested: after }, body())
        checkTrue(written.digests, content)
        checkTrue((await bench.store.stat('entry')).digests, content)
      } catch (error) {
        assert.equal(told, wrong, 'right digests were refused')
        await failsWith(Promise.reject(error), 'integrity')
        const kept = await bench.store.find('entry')
        if (kept !== undefined) checkTrue(kept.digests, content)
      }
    }
  }
}

export const digestCases = group('digests', ({ write }) => write, [
  ['tells the digests that it declares, and tells the truth', declared],
  ['takes digests that are promised and right', promised],
  ['does not repeat a digest that was only promised', notEchoed],
  ['asks for what the caller computed when the body has ended, and does not repeat it', digested],
])
