import type { Context } from './context.ts'
import { answer, type CallSettings, type Result } from './result.ts'

/** Access tokens for the hub. */
export interface AuthCalls {
  /** A token that your server got for this user; replaces the one before. `invalid` for what is no token. */
  setAccessToken(token: string, settings?: CallSettings): Promise<Result<void>>
  /** Whether there is a token that has not expired, or somebody who fetches one. */
  hasAccessToken(settings?: CallSettings): Promise<Result<boolean>>
}

export function authCalls({ tokens }: Context): AuthCalls {
  return {
    setAccessToken: async (token, settings) => await answer(settings, () => tokens.set(token)),
    hasAccessToken: async (settings) => await answer(settings, () => tokens.has),
  }
}
