import { type Command, Option } from 'commander'

import { collect } from './collect.ts'

/** `key=value` for the store of a command that has one. */
export function addStoreOption(command: Command): void {
  command.addOption(
    new Option('-o, --option <key=value>', 'option of the store; see "gantry help places"').argParser(collect),
  )
}

/** The same for commands that have two. */
export function addStoreOptions(command: Command): void {
  command.addOption(
    new Option('--from-option <key=value>', 'option of the source; see "gantry help places"').argParser(collect),
  )
  command.addOption(new Option('--to-option <key=value>', 'option of the destination').argParser(collect))
}

export function addPublicOption(command: Command): void {
  command.option('--public', 'write plaintext to an archive (car+, w3up+), for anyone to read who can reach it')
}

export function addLayoutOption(command: Command): void {
  const text =
    'paths at the destination: keep, flat, hierarchical, or a template such as "{PatientID}/{SOPInstanceUID}.dcm" ' +
    '(default: keep, or what a store of images prescribes)'
  command.addOption(new Option('--layout <layout>', text))
}
