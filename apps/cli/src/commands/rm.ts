import type { Command } from 'commander'

import type { RemoveFlags } from '../actions/remove.ts'
import { addCatalogueOption } from '../options/catalogue-option.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

export function addRemove(program: Command, perform: Perform): void {
  const command = program.command('rm').summary('remove entries')
  command.description(
    'Removes the entries of a place, at any depth, and nothing outside it. Asks first, and tells the catalogue.',
  )
  command.argument('<place>', 'path, URL or remote')
  command.option('-y, --yes', 'do not ask; needed where nobody is there to answer')
  command.option('-n, --dry-run', 'show what would be removed, and remove nothing')
  addStoreOption(command)
  addCatalogueOption(command)
  addSelectionOptions(command)
  command.action(async (place: string, flags: RemoveFlags) => {
    await perform(command, async (context) => {
      const { remove } = await import('../actions/remove.ts')
      return await remove(context, place, flags)
    })
  })
}
