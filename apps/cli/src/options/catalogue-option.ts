import { type Command, Option } from 'commander'

import { parseKeptFile } from './kept-file.ts'

/** Which catalogue a command is to use. */
export interface CatalogueFlags {
  readonly catalogue?: string
}

export function addCatalogueOption(command: Command): void {
  const kept =
    'the file that the catalogue is kept in, or postgres://host/database; "fleet": that of GANTRY_DATABASE (default: a file of this user\'s)'
  command.addOption(new Option('--catalogue <where>', kept).argParser(parseKeptFile))
}

export function addArchivePassphrase(command: Command): void {
  command.option('--passphrase-file <file>', 'passphrase of the archive (default: GANTRY_PASSPHRASE, or asked for)')
  command.option(
    '--keychain [name]',
    'passphrase of the archive, in the keychain of this system; asked for and put there, where there is none',
  )
}
