import { type Command, Option } from 'commander'

import type { ServeFlags } from '../actions/dicomweb/serve.ts'
import { parseAge, parseCount } from '../options/amounts.ts'
import { collect } from '../options/collect.ts'
import { parseKeptFile } from '../options/kept-file.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const description =
  'Serves a place as a DICOMweb server: what it holds can be searched, retrieved and, with --stow, added to. Images are found by an index that is made from their headers, and kept as the place is. Run it behind a proxy with TLS unless it serves this machine alone.'

const examples = `
Examples:
  gantry serve ./archive                              for this machine, at http://127.0.0.1:8042/dicom-web
  gantry serve s3://bucket/studies --cors https://viewer.example.org
  gantry serve ./archive --stow --host 0.0.0.0 --token-file tokens.txt --url https://pacs.example.org/dicom-web
  gantry serve ./archive --hub https://hub.example.org      for accounts of a hub: gantry get-token --scopes dicomweb:read
`

export function addServe(program: Command, perform: Perform): void {
  const command = program.command('serve').summary('serve a place over DICOMweb').description(description)
  command.argument('<place>', 'path, URL or remote')
  command.addOption(new Option('--port <port>', '0: one that is free').argParser(parseCount(0, 65_535)).default(8042))
  command.addOption(new Option('--host <host>', 'address to listen at').default('127.0.0.1'))
  command.addOption(new Option('--url <url>', 'the root as others reach it (default: where they ask)'))
  command.option('--stow', 'take instances, too')
  command.addOption(
    new Option('--layout <layout>', 'where they go: hierarchical, or a template (default: named by their UIDs)'),
  )
  command.addOption(
    new Option('--index <file>', "where the index is kept (default: a file of this user's)").argParser(parseKeptFile),
  )
  command.addOption(
    new Option('--refresh <time>', 'look for changes again after 30s, 5m, ...').argParser(parseAge).default(30, '30s'),
  )
  command.addOption(
    new Option(
      '--cors <origin>',
      'web pages that may use it; repeat it for several; "*", all of them, needs --token-file or --hub',
    ).argParser(collect),
  )
  command.addOption(
    new Option('--token-file <file>', 'tokens that may use it, one a line; "read:" before one that may not store'),
  )
  command.option('--hub <url>', 'takes access tokens of that hub, with the scopes dicomweb:read or dicomweb:write')
  command.option('-v, --verbose', 'a line for each request: no UIDs, queries or tokens')
  addStoreOption(command)
  command.addHelpText('after', examples)
  command.action(async (place: string, flags: ServeFlags) => {
    await perform(command, async (context) => {
      const { serveHere } = await import('../actions/dicomweb/serve.ts')
      return await serveHere(context, place, flags)
    })
  })
}
