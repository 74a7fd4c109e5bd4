import { type Command, Option } from 'commander'

import type { LoginFlags } from '../actions/login.ts'
import { split } from '../options/collect.ts'
import type { Perform } from './perform.ts'

export function addLogin(program: Command, perform: Perform): void {
  const load = async () => await import('../actions/login.ts')

  const login = program.command('login').summary('remember a hub, and the file with your key for it')
  login.description('Proves the key by getting a token, and remembers where its file lies: neither key nor token.')
  login.addOption(new Option('--key <file>', 'key of an account, as the hub handed it out').makeOptionMandatory())
  login.addOption(new Option('--hub <url>', 'the hub (default: the one that the key is for)'))
  login.action(async (flags: LoginFlags) => {
    await perform(login, async (context) => await (await load()).login(context, flags))
  })

  const logout = program.command('logout').summary('forget the hub; the key file stays')
  logout.action(async () => {
    await perform(logout, async (context) => await (await load()).logout(context))
  })

  const token = program.command('get-token').summary('print an access token of the hub, for other programs')
  token.addOption(new Option('--scopes <scopes>', 'fewer than the account has').argParser(split))
  token.action(async (flags: { readonly scopes?: readonly string[] }) => {
    await perform(token, async (context) => await (await load()).getToken(context, flags))
  })
}
