import { Body } from './body.ts'
import { ByteReader } from './byte-reader.ts'
import type { Connection } from './connection.ts'
import { type Exchange, mayUpgrade, newExchange } from './exchange.ts'
import type { Answer } from './fault.ts'
import { type Framing, type MessageHead, readHead, requestFraming, responseFraming } from './message-head.ts'
import { awaitsContinue, isLast, ownAnswer } from './own-answer.ts'
import type { Decision, Schedule } from './schedule.ts'
import { relay } from './strike.ts'

/**
 * Passes requests and answers on, byte for byte as they came: it reads heads only to know where bodies begin and end.
 * What does not look like HTTP is passed on as it is.
 */
export class HttpRelay {
  readonly #connection: Connection
  readonly #schedule: () => Schedule
  readonly #pending: Exchange[] = []

  constructor(connection: Connection, schedule: () => Schedule) {
    this.#connection = connection
    this.#schedule = schedule
  }

  async run(): Promise<void> {
    await this.#connection.pump(() => this.#up())
  }

  async #up(): Promise<void> {
    const reader = new ByteReader(this.#connection.client)
    for (;;) {
      const head = await readHead(reader)
      if (this.#connection.isCut) return discard(reader)
      if (head.startLine === undefined) return this.#raw(reader, head.raw)
      if (!(await this.#request(reader, head))) return
    }
  }

  /** To the end, what is no request. */
  async #raw(reader: ByteReader, first: Buffer): Promise<void> {
    if (first.length > 0) {
      this.#connect()
      await this.#connection.up.send(first)
      await relay(new Body(reader, 'until-end'), this.#connection.up)
    }
    await this.#connection.clientEnded()
  }

  /** Only with the first request: so a proxy can answer for an upstream that is not there. */
  #connect(): void {
    if (!this.#connection.upstream.pending || this.#connection.upstream.connecting) return
    this.#connection.connect()
    void this.#connection.pump(() => this.#down())
  }

  /** False where no other request can follow. */
  async #request(reader: ByteReader, head: MessageHead): Promise<boolean> {
    const connection = this.#connection
    const { up, record } = connection
    const [method = '', path = ''] = head.startLine.split(' ')
    const framing = requestFraming(head)
    const message = { method, path, length: lengthOf(framing) }
    const decision = this.#schedule().decide(message, 'request')
    const begun = newExchange(connection.ordinal, (record.requests += 1), message)
    const body = new Body(reader, framing)
    if (decision?.fault.kind === 'answer') return this.#answer(decision, decision.fault, head, body, begun)

    const losing = decision?.fault.kind === 'lose-answer' ? decision : undefined
    const link = decision?.fault.kind === 'delay' ? { ...connection.link, ...decision.fault } : connection.link
    if (decision?.fault.kind === 'delay') {
      record.injected.push({ kind: 'delay', rule: decision.rule, ...begun.subject })
    }
    const exchange: Exchange = { ...begun, link, ...(losing && { losing }) }
    up.use(link)
    let strike = connection.strikeOf(decision, 'up', exchange.subject)
    if (strike?.fault.at === 'head') {
      if (!(await strike.act(0))) return false
      strike = undefined
    }
    this.#connect()
    this.#pending.push(exchange)
    await up.send(head.raw)
    if (!(await relay(body, up, strike))) return false
    up.use(connection.link)
    if (!body.complete) {
      await connection.clientEnded()
      return false
    }
    if (!mayUpgrade(head, method) || (await exchange.done) !== 'upgraded') return true
    await relay(new Body(reader, 'until-end'), up)
    await connection.clientEnded()
    return false
  }

  async #answer(
    { rule }: Decision,
    fault: Answer,
    head: MessageHead,
    body: Body,
    { subject }: Pick<Exchange, 'subject'>,
  ): Promise<boolean> {
    const connection = this.#connection
    await Promise.all(this.#pending.map((exchange) => exchange.done))
    const early = fault.early === true || awaitsContinue(head)
    if (!early) for await (const _ of body);
    if (!early && !body.complete) {
      await connection.clientEnded()
      return false
    }
    const closes = early || isLast(head)
    connection.record.injected.push({ kind: 'answer', rule, ...subject })
    await connection.down.send(ownAnswer(fault, subject.method, closes))
    if (!closes) return true
    // Closing with unread bytes would be a reset, which could overtake the answer: they are read, and go nowhere.
    connection.isCut = true
    await connection.down.end()
    for await (const _ of body);
    return true
  }

  async #down(): Promise<void> {
    const { upstream, down } = this.#connection
    const reader = new ByteReader(upstream)
    while (await reader.more()) {
      const head = await readHead(reader)
      if (head.startLine === undefined) {
        await down.send(head.raw)
        await relay(new Body(reader, 'until-end'), down)
        break
      }
      const outcome = await this.#response(reader, head)
      if (outcome === 'ended') return
      if (outcome === 'last') break
    }
    await down.end()
    for (const exchange of this.#pending) exchange.finish('answered')
  }

  /** `last`: the upstream's stream is at its end. `ended`: the connection is. */
  async #response(reader: ByteReader, head: MessageHead): Promise<'next' | 'last' | 'ended'> {
    const connection = this.#connection
    const { down } = connection
    const status = Number(head.startLine.split(' ')[1])
    // An answer that nobody asked for, such as 408 on an idle connection, is passed on too.
    const exchange: Exchange | undefined = this.#pending[0]
    const method = exchange?.subject.method ?? ''
    const framing = responseFraming(head, method, status)
    const body = new Body(reader, framing)
    down.use(exchange?.link ?? connection.link)
    if (status < 200 && status !== 101) {
      await down.send(head.raw)
      return 'next'
    }
    if (exchange?.losing !== undefined) {
      for await (const _ of body);
      connection.record.injected.push({ kind: 'lose-answer', rule: exchange.losing.rule, ...exchange.subject })
      await connection.resetClient()
      return 'ended'
    }
    const message = { method, path: exchange?.subject.path ?? '', length: lengthOf(framing) }
    const decision = exchange && this.#schedule().decide(message, 'response')
    let strike = exchange && connection.strikeOf(decision, 'down', exchange.subject)
    if (strike?.fault.at === 'head') {
      if (!(await strike.act(0))) return 'ended'
      strike = undefined
    }
    await down.send(head.raw)
    if (!(await relay(body, down, strike))) return 'ended'
    down.use(connection.link)
    if (!body.complete) return 'last'
    this.#pending.shift()
    const upgraded = status === 101 || (method === 'CONNECT' && status < 300)
    exchange?.finish(upgraded ? 'upgraded' : 'answered')
    if (!upgraded) return 'next'
    await relay(new Body(reader, 'until-end'), down)
    return 'last'
  }
}

function lengthOf(framing: Framing): number | undefined {
  return typeof framing === 'number' ? framing : undefined
}

async function discard(reader: ByteReader): Promise<void> {
  while (await reader.more()) reader.take(Infinity)
}
