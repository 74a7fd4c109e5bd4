import { type Command, Option } from 'commander'

import type { CreateFlags, FolderFlag, RotateFlags } from '../actions/hub/accounts.ts'
import type { HubFlags } from '../actions/hub/serve.ts'
import { parseAge, parseCount, parseSize } from '../options/amounts.ts'
import { collect, split } from '../options/collect.ts'
import { parseKeptFile } from '../options/kept-file.ts'
import type { Perform } from './perform.ts'

const description =
  'Runs a hub: it keeps what is shared, encrypted, and opens shares for whoever has their link. It knows no key to any of it. Run it behind a proxy with TLS unless it serves this machine alone.'

const examples = `
Examples:
  gantry hub                                          for this machine, at http://127.0.0.1:8080
  gantry hub --folder /srv/hub --url https://hub.example.org --trust-proxy 1
  gantry hub --pages apps/web/dist --dicomweb ./studies   with the web app, and a worklist
  gantry hub account create clinic --folder /srv/hub --out clinic.json
`

export function addHub(program: Command, perform: Perform): void {
  const hub = program.command('hub').summary('run a hub that shares go through').description(description)
  hub.helpCommand(false)
  addFolder(hub)
  hub.addOption(new Option('--keeper <place>', 'where it keeps what is encrypted (default: in its folder)'))
  hub.addOption(new Option('--port <port>', '0: one that is free').argParser(parseCount(0, 65_535)).default(8080))
  hub.addOption(new Option('--host <host>', 'address to listen at').default('127.0.0.1'))
  hub.addOption(new Option('--url <url>', 'its own URL, as others reach it (default: where it listens)'))
  hub.addOption(new Option('--origin <origin>', 'web pages that may use it; repeat it for several').argParser(collect))
  hub.addOption(
    new Option('--trust-proxy <count>', 'proxies before it that add to X-Forwarded-For').argParser(parseCount(0, 10)),
  )
  hub.addOption(new Option('--dicomweb <place>', 'a place to serve over DICOMweb, at /dicom-web'))
  hub.option('--stow', 'take instances into it, too')
  hub.addOption(new Option('--archive <place>', 'a place that accounts can archive sessions of their objects to'))
  hub.addOption(new Option('--pages <folder>', 'a web app that was built there, for people and for links'))
  hub.addOption(
    new Option('--connect <origin>', 'a storage that its pages may reach; repeat it for several').argParser(collect),
  )
  hub.addOption(
    new Option('--files <name=place>', 'a place that its pages offer to open files of; repeat it').argParser(collect),
  )
  hub.addOption(
    new Option('--cod <name=place>', 'a tree of Cloud Optimized DICOM for its worklist; repeat it').argParser(collect),
  )
  hub.option('-v, --verbose', 'a line for each request: no ids, paths or tokens')
  hub.addHelpText('after', examples)
  hub.action(async (flags: HubFlags) => {
    await perform(hub, async (context) => await (await import('../actions/hub/serve.ts')).serveHubHere(context, flags))
  })
  addAccounts(hub, perform)
}

function addAccounts(hub: Command, perform: Perform): void {
  const load = async () => await import('../actions/hub/accounts.ts')
  const account = hub.command('account').summary('make, list and revoke accounts of a hub').helpCommand(false)
  account.description('Accounts of a hub, by its folder: on the machine that it runs on, whether or not it runs.')

  const create = account.command('create').summary('make an account, and write its key to a file, once')
  create.description(
    'Makes an account of the hub in --folder, and writes its private key to --out: the one time that it is told. gantry login --key uses it.',
  )
  create.argument('<name>', 'a-z, 0-9, ".", "_" and "-"')
  addFolder(create)
  addOut(create)
  create.addOption(
    new Option('--scopes <scopes>', 'sources:read, sources:write, ... (default: all that sharing needs)').argParser(
      split,
    ),
  )
  create.addOption(new Option('--prefix <path>', 'only what is below; repeat it for several').argParser(collect))
  create.addOption(new Option('--quota <size>', 'bytes that it may keep, such as 500GB').argParser(parseSize))
  create.addOption(new Option('--alg <algorithm>', 'of its key').choices(['EdDSA', 'ES256', 'RS256']).default('EdDSA'))
  // The options of the command above take what is written behind this one, too.
  create.action(async (name: string) => {
    const flags: CreateFlags = create.optsWithGlobals()
    await perform(create, async (context) => await (await load()).createAccount(context, name, flags))
  })

  const list = account.command('list').summary('all accounts, what they may and what they keep')
  addFolder(list)
  list.action(async () => {
    const flags: FolderFlag = list.optsWithGlobals()
    await perform(list, async (context) => await (await load()).listAccounts(context, flags))
  })

  const rotate = account.command('rotate').summary('a new key for an account; the old ones end').argument('<name>')
  addFolder(rotate)
  addOut(rotate)
  rotate.addOption(new Option('--grace <time>', 'the old keys end after 30m, 12h, 7d, ...').argParser(parseAge))
  rotate.action(async (name: string) => {
    const flags: RotateFlags = rotate.optsWithGlobals()
    await perform(rotate, async (context) => await (await load()).rotateAccount(context, name, flags))
  })

  const revoke = account.command('revoke').summary('end an account, or one key by its id, and all of its tokens')
  revoke.argument('<name>')
  addFolder(revoke)
  revoke.action(async (name: string) => {
    const flags: FolderFlag = revoke.optsWithGlobals()
    await perform(revoke, async (context) => await (await load()).revokeAccount(context, name, flags))
  })
}

function addFolder(command: Command): void {
  command.addOption(new Option('--folder <folder>', "the hub's own folder (default: one of this user's)"))
}

function addOut(command: Command): void {
  command.addOption(
    new Option('--out <file>', 'required: where the key goes; never replaces a file')
      .argParser(parseKeptFile)
      .makeOptionMandatory(),
  )
}
