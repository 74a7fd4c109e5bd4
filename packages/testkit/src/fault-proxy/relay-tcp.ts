import { Body } from './body.ts'
import { ByteReader } from './byte-reader.ts'
import type { Connection } from './connection.ts'
import type { Schedule } from './schedule.ts'
import { relay } from './strike.ts'

/** Passes bytes both ways, whatever they mean. To faults, each direction is one body without a declared length. */
export async function relayTcp(connection: Connection, schedule: Schedule): Promise<void> {
  const message = { method: '', path: '', length: undefined }
  const subject = { connection: connection.ordinal }
  const [onRequest, onResponse] = [schedule.decide(message, 'request'), schedule.decide(message, 'response')]
  if (onRequest?.fault.kind === 'delay') {
    connection.record.injected.push({ kind: 'delay', rule: onRequest.rule, ...subject })
    const link = { ...connection.link, ...onRequest.fault }
    connection.up.use(link)
    connection.down.use(link)
  }
  connection.connect()
  const up = connection.strikeOf(onRequest, 'up', subject)
  const down = connection.strikeOf(onResponse, 'down', subject)
  await Promise.all([
    connection.pump(async () => {
      const body = new Body(new ByteReader(connection.client), 'until-end')
      if (await relay(body, connection.up, up)) await connection.clientEnded()
    }),
    connection.pump(async () => {
      const body = new Body(new ByteReader(connection.upstream), 'until-end')
      if (await relay(body, connection.down, down)) await connection.down.end()
    }),
  ])
}
