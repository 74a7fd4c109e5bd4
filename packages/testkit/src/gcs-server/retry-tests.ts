import { randomUUID } from 'node:crypto'

import { actionOfInstruction, retryMethodOf } from './emulator-instructions.ts'
import type { GcsFaultAction } from './gcs-fault.ts'
import { type GcsAnswer, jsonAnswer } from './operations/gcs-context.ts'
import { parseJson } from './operations/receive.ts'
import { GcsError } from './protocol/gcs-error.ts'
import type { GcsRequest } from './protocol/gcs-request.ts'

interface RetryTest {
  readonly id: string
  /** What is left to go wrong, by method. */
  readonly left: Map<string, string[]>
}

/** The retry tests of Google's test server: failures in a row, for requests that name the test in a header. */
export class RetryTests {
  readonly #tests = new Map<string, RetryTest>()

  async answer({ method, rawPath, body, origin }: GcsRequest): Promise<GcsAnswer> {
    const id = rawPath.split('/')[2]
    if (id === undefined && method === 'POST') return told(this.#create(await textOf(body)), origin)
    if (id === undefined) return jsonAnswer({ retry_test: [...this.#tests.values()].map(resourceOf) })
    const test = this.#tests.get(id)
    if (test === undefined) throw new GcsError('noObject', { message: 'No such retry test.' })
    if (method !== 'DELETE') return jsonAnswer(resourceOf(test))
    this.#tests.delete(id)
    return jsonAnswer({})
  }

  /** What the headers of a request ask for. */
  take({ operation, headers }: GcsRequest): GcsFaultAction | undefined {
    const instruction = headers.get('x-goog-emulator-instructions')
    if (instruction !== undefined) return actionOfInstruction(instruction)
    const test = this.#tests.get(headers.get('x-retry-test-id') ?? '')
    if (test === undefined || operation === undefined) return undefined
    const next = test.left.get(retryMethodOf(operation))?.shift()
    return next === undefined ? undefined : actionOfInstruction(next)
  }

  #create(text: string): RetryTest {
    const instructions = parseJson(text)['instructions'] as Readonly<Record<string, readonly string[]>> | undefined
    const left = new Map(Object.entries(instructions ?? {}).map(([method, list]) => [method, [...list]]))
    const unknown = [...left.values()].flat().find((instruction) => actionOfInstruction(instruction) === undefined)
    if (left.size === 0 || unknown !== undefined) throw new GcsError('invalid', { message: 'Unknown instruction.' })
    const test = { id: randomUUID(), left }
    this.#tests.set(test.id, test)
    return test
  }
}

function resourceOf({ id, left }: RetryTest) {
  return {
    id,
    instructions: Object.fromEntries(left),
    completed: [...left.values()].every((list) => list.length === 0),
  }
}

function told(test: RetryTest, origin: string): GcsAnswer {
  return jsonAnswer(resourceOf(test), { location: `${origin}/retry_test/${test.id}` })
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
