import { type Command, Option } from 'commander'

import type { GoogleLoginFlags } from '../actions/google-login.ts'
import type { LoginFlags } from '../actions/login.ts'
import { parseCount } from '../options/amounts.ts'
import { split } from '../options/collect.ts'
import { UsageError } from '../usage-error.ts'
import type { Perform } from './perform.ts'

interface Flags extends Partial<LoginFlags>, GoogleLoginFlags {
  readonly google?: boolean
}

const ofGoogle = ['device', 'clientId', 'clientFile', 'keep', 'port'] as const

export function addLogin(program: Command, perform: Perform): void {
  const loadHub = async () => await import('../actions/login.ts')
  const loadGoogle = async () => await import('../actions/google-login.ts')
  const google = () => new Option('--google', 'Google instead of a hub')

  const login = program.command('login').summary('remember a hub and your key for it, or sign in with Google')
  login.description(
    'Of a hub: proves the key by getting a token, and remembers where its file lies, neither key nor token. With Google: through a browser; keeps the access token until it expires.',
  )
  login.addOption(new Option('--key <file>', 'key of an account, as the hub handed it out').conflicts('google'))
  login.addOption(new Option('--hub <url>', 'the hub (default: the one that the key is for)').conflicts('google'))
  login.addOption(google())
  login.addOption(new Option('--device', 'with a code that is entered on any other device; not with Google itself'))
  login.addOption(new Option('--client-id <id>', 'the application that signs in (or GANTRY_GOOGLE_CLIENT_ID)'))
  login.addOption(new Option('--client-file <file>', 'the same, as the Google console hands it out (JSON)'))
  login.addOption(new Option('--keep', 'stay signed in: keeps a refresh token, for its owner alone'))
  login.addOption(
    new Option('--port <port>', 'of 127.0.0.1, where the browser comes back to').argParser(parseCount(1, 65_535)),
  )
  login.action(async (flags: Flags) => {
    await perform(login, async (context) => {
      if (flags.google === true) return await (await loadGoogle()).loginWithGoogle(context, flags)
      const { key } = flags
      if (key === undefined || ofGoogle.some((name) => flags[name] !== undefined)) {
        throw new UsageError('Log in to what? To a hub: --key FILE. With Google: --google.')
      }
      return await (await loadHub()).login(context, { ...flags, key })
    })
  })

  const logout = program.command('logout').summary('forget the hub, whose key file stays; or sign out of Google')
  logout.description(
    'Forgets the hub that gantry login remembered; the key file stays where it is. With --google, ends the access token as well.',
  )
  logout.addOption(google())
  logout.action(async (flags: Flags) => {
    await perform(logout, async (context) =>
      flags.google === true
        ? await (await loadGoogle()).logoutOfGoogle(context)
        : await (await loadHub()).logout(context),
    )
  })

  const token = program
    .command('get-token')
    .summary('print an access token of the hub or of Google, for other programs')
  token.description(
    'Prints an access token on the output, for programs that speak to the hub or to Google themselves. Who has it may do what you may, until it expires.',
  )
  token.addOption(new Option('--scopes <scopes>', 'fewer than the account has').argParser(split).conflicts('google'))
  token.addOption(google())
  token.action(async (flags: Flags & { readonly scopes?: readonly string[] }) => {
    await perform(token, async (context) =>
      flags.google === true
        ? await (await loadGoogle()).getGoogleToken(context)
        : await (await loadHub()).getToken(context, flags),
    )
  })
}
