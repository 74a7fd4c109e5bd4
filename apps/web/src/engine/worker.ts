import { clearLeftovers, sweepLeftovers } from './leftovers.ts'
import { answerCalls, type Handler } from './rpc.ts'
import { type GoogleSession, Session } from './session.ts'
import { portTokens } from './token-port.ts'

// The hub is whoever served this: nothing else is talked to unless the user names it.
const hub = new URL(self.location.href).origin
const session = new Session()
let engine: Promise<{ readonly [name: string]: unknown }> | undefined

/** What reads, encrypts and sends is loaded when somebody opens something: signing in needs none of it. */
async function find(call: string): Promise<Handler | undefined> {
  if (call === 'signIn') return async (_, credential: never) => await session.signIn(hub, credential)
  if (call === 'signOut') {
    return async ({ stopOthers }, keepShares: never, keepOpen: never) => {
      const { account } = session
      session.signOut()
      // With what it knows of images, keys and links that were open.
      if (!keepOpen) engine = undefined
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
  engine ??= import('./engine.ts').then(({ createEngine }) => createEngine(hub, session))
  const all = await engine
  return Object.hasOwn(all, call) ? (all[call] as Handler) : undefined
}

answerCalls(self as never, find)
void sweepLeftovers(Date.now())
