import { type Command, Option } from 'commander'

import type { OpenFlags } from '../actions/share/open.ts'
import type { ShareFlags } from '../actions/share/share.ts'
import type { SharesFlags } from '../actions/share/shares.ts'
import { parseAge, parseCount, parseTitle } from '../options/amounts.ts'
import { collect } from '../options/collect.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import type { Perform } from './perform.ts'

const shareDescription =
  'Encrypts images and meshes on this machine, sends them to a hub (or any other place), and prints a secret link: whoever has the link can open them, and nobody else, the hub included. DICOM, NIfTI, NRRD, STL, PLY, OBJ, glTF; zip archives are looked into. A workspace.json that gantry open wrote goes with its files.'

const shareExamples = `
Examples:
  gantry share ./study --expires 7d
  gantry share ./study ./segmentation.stl --title 'Knee, left' --max-opens 3 --passphrase
  gantry share pacs: --study 1.2.840.1 --to hub://hub.example.org
  gantry share ./study --to s3://bucket/shares          without a hub; opened with --from s3://bucket/shares
`

const openDescription =
  'Restores the files of a share, proved by the digests that its maker has written, and a workspace.json that names them. What is there with other bytes is left alone, and told of: the exit code is 1 then. Run it again to go on, which counts as an open of its own where opens are counted; without a passphrase that the share needs, nothing is counted. With "-" the secret is read from the input, so that no history has it.'

const openExamples = `
Examples:
  gantry open - ./restored
  gantry open 'https://hub.example.org/s/...#1....' ./restored        quotes: the shell must not see the #
  gantry open --identity escrow.txt gantry:s/... ./restored --from s3://bucket/shares
`

const kept = 'where shares are kept (default: the hub you are logged in to)'

export function addShare(program: Command, perform: Perform): void {
  const command = program.command('share').summary('encrypt and share images; prints the link that opens them')
  command.description(shareDescription).argument('<places...>', 'paths, URLs or remotes')
  const title = new Option('--title <title>', 'for those who open it; encrypted, as all of it')
  command.addOption(title.argParser(parseTitle))
  command.addOption(new Option('--expires <time>', 'ends after 30m, 12h, 7d, 2w').argParser(parseAge))
  command.addOption(new Option('--max-opens <count>', 'ends after so many').argParser(parseCount(1, 1_000_000)))
  command.option('--passphrase', 'needed besides the link; asked for, or taken from GANTRY_PASSPHRASE')
  command.option('--passphrase-file <file>', 'the same, from a file for you alone (0600)')
  command.option('--token-required', 'opening needs an account of the hub as well')
  command.option('--to <place>', 'a hub, or any other place (default: the hub you are logged in to)')
  command.addOption(
    new Option('--recipient <key>', 'age1...: who holds its key can open it, too; may be repeated').argParser(collect),
  )
  command.option('--remember', 'keep what was sent, with its keys, on this machine: it is not sent twice')
  command.option('--images-only', 'files without an image are left out, workspace.json too, and that is no failure')
  command.option('--no-qr', 'print no QR code')
  command.addOption(new Option('--from-option <key=value>', 'option of the sources').argParser(collect))
  addSelectionOptions(command)
  command.addHelpText('after', shareExamples)
  command.action(async (places: string[], flags: ShareFlags) => {
    await perform(command, async (context) => {
      const { share } = await import('../actions/share/share.ts')
      return await share(context, places, flags)
    })
  })
}

export function addOpen(program: Command, perform: Perform): void {
  const command = program.command('open').summary('restore what a secret link opens').description(openDescription)
  command.argument('<secret>', 'the link that gantry share printed, or "-"')
  command.argument('<destination>', 'path, URL or remote; folders are made')
  command.option(
    '--passphrase-file <file>',
    'passphrase, where one is needed (default: GANTRY_PASSPHRASE, or asked for)',
  )
  command.option(
    '--identity <file>',
    "age key of a recipient (share --recipient): opens without the link's key and passphrase; <secret> may be the link without what is behind the #, the share's id, or the path of its metadata",
  )
  command.option('--from <place>', 'where the share is kept; for links that begin with gantry:, ids and paths')
  command.option('--overwrite', 'replace what is there with other bytes')
  command.addOption(new Option('--to-option <key=value>', 'option of the destination').argParser(collect))
  command.addHelpText('after', openExamples)
  command.action(async (secret: string, destination: string, flags: OpenFlags) => {
    await perform(command, async (context) => {
      const { openShare } = await import('../actions/share/open.ts')
      return await openShare(context, secret, destination, flags)
    })
  })
}

export function addShares(program: Command, perform: Perform): void {
  const shares = program.command('shares').summary('list your shares: how long, how often opened')
  shares.description(
    'Lists the shares that you have made: until when they can be opened, how often they were, and with --audit who opened one.',
  )
  shares.option('--audit <id>', 'who opened this one, and when')
  shares.option('--from <place>', kept)
  shares.action(async (flags: SharesFlags) => {
    await perform(shares, async (context) => {
      const { listShares } = await import('../actions/share/shares.ts')
      return await listShares(context, flags)
    })
  })

  const revoke = program.command('revoke').summary('end a share at once, for everybody')
  revoke.description(
    'Ends a share at once, for everybody: nobody can open it any more. What was opened before stays where it is.',
  )
  revoke.argument('<share>', 'its id, its secret, or "-" to read that from the input')
  revoke.option('--from <place>', kept)
  revoke.action(async (share: string, flags: SharesFlags) => {
    await perform(revoke, async (context) => {
      const { revokeShare } = await import('../actions/share/shares.ts')
      return await revokeShare(context, share, flags)
    })
  })
}
