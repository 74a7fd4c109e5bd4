import { clearLeftovers, sweepLeftovers } from './leftovers.ts'
import { LoadedOnce } from './loaded-once.ts'
import { answerCalls, type Handler } from './rpc.ts'
import { type GoogleSession, Session } from './session.ts'
import { portTokens } from './token-port.ts'

// The hub is whoever served this: nothing else is talked to unless the user names it.
const hub = new URL(self.location.href).origin
const session = new Session()
/** What reads, encrypts and sends is loaded when somebody opens something: signing in needs none of it. */
const engine = new LoadedOnce<{ readonly [name: string]: unknown }>(async () => {
  const { createEngine } = await import('./engine.ts')
  return createEngine(hub, session)
})

async function find(call: string): Promise<Handler | undefined> {
  if (call === 'signIn') return async (_, credential: never) => await session.signIn(hub, credential)
  if (call === 'signOut') {
    return async ({ stopOthers }, keepShares: never, keepOpen: never) => {
      const { account } = session
      session.signOut()
      // With what it knows of images, keys and links that were open.
      if (!keepOpen) engine.forget()
      // What runs has a token still, and writes what is to go.
      const stopped = await stopOthers()
      await clearLeftovers(account, keepShares)
      return stopped
    }
  }
  if (call === 'useGoogle') {
    return (_, port: never, urls: never) => {
      session.google = { tokens: portTokens(port), ...(urls as Omit<GoogleSession, 'tokens'>) }
    }
  }
  const all = await engine.get()
  return Object.hasOwn(all, call) ? (all[call] as Handler) : undefined
}

answerCalls(self as never, find)
void sweepLeftovers(Date.now())
