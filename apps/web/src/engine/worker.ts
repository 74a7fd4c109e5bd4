import { createEngine } from './engine.ts'
import { answerCalls } from './rpc.ts'

// The hub is whoever served this: nothing else is talked to unless the user names it.
answerCalls(self as never, createEngine(new URL(self.location.href).origin) as never)
