import type { Context } from './context.ts'
import { type Result, resultOf } from './result.ts'

/** Access tokens for the hub. */
export interface AuthCalls {
  /** A token that your server got for this user; replaces the one before. `invalid` for what is no token. */
  setAccessToken(token: string): Promise<Result<void>>
  /** Whether there is a token that has not expired, or somebody who fetches one. */
  hasAccessToken(): Promise<Result<boolean>>
}

export function authCalls({ tokens }: Context): AuthCalls {
  return {
    setAccessToken: async (token) => await resultOf(async () => tokens.set(token)),
    hasAccessToken: async () => await resultOf(async () => tokens.has),
  }
}
