import type { Intake } from './intake.ts'

/** Most bytes that are read for nothing, to keep the connection. */
const most = 64 * 1024

/** Reads an answer that says no more, so that its connection can be used again. */
export async function drain(body: Intake): Promise<void> {
  if (body.over) return
  let seen = 0
  for await (const chunk of body) {
    seen += chunk.length
    if (seen > most) return
  }
}
