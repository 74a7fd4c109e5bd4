import type { Command } from 'commander'

import type { StatFlags } from '../actions/stat.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

export function addStat(program: Command, perform: Perform): void {
  const command = program.command('stat').summary('show all that is known of one entry, or of a place')
  command.description(
    'Shows what the store knows of an entry and, where it is a DICOM image, what its header says, the patient included. Of a folder or bucket: how much is in it, and what the store can do.',
  )
  command.argument('<place>', 'path, URL or remote')
  addStoreOption(command)
  command.action(async (place: string, flags: StatFlags) => {
    await perform(command, async (context) => {
      const { stat } = await import('../actions/stat.ts')
      return await stat(context, place, flags)
    })
  })
}
