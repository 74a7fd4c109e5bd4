import type { Command } from 'commander'

import type { ListFlags } from '../actions/list.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

export function addList(program: Command, perform: Perform): void {
  const command = program.command('ls').summary('list what is there')
  command.description(
    'Lists the entries of a place, at any depth: size, time, path. Of a URL that stops short of a store: what lies below.',
  )
  command.argument('<place>', 'path, URL or remote')
  command.option('-l, --long', 'exact sizes, storage class, and what the store says of the bytes')
  command.option('-r, --recursive', 'of a URL that stops short of a store: all levels, down to the stores')
  command.option('--dicom', 'read the headers, and list studies and series instead; without names of patients')
  addStoreOption(command)
  addSelectionOptions(command)
  command.action(async (place: string, flags: ListFlags) => {
    await perform(command, async (context) => {
      const { list } = await import('../actions/list.ts')
      return await list(context, place, flags)
    })
  })
}
