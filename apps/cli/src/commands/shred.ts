import type { Command } from 'commander'

import type { ShredFlags } from '../actions/shred.ts'
import { addCatalogueOption } from '../options/catalogue-option.ts'
import { addStoreOption } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const examples = `
Examples:
  gantry shred car+s3://bucket/archive 1.2.840.113619.2.55
`

export function addShred(program: Command, perform: Perform): void {
  const command = program.command('shred').summary('destroy the key of an archived study')
  command.description(
    'Destroys the key of one study in an encrypted archive: all copies of its ciphertext are closed for ever, wherever they are. Asks first.',
  )
  command.argument('<archive>', 'URL or remote of the archive, such as car+s3://bucket/archive')
  command.argument('<study>', 'its UID, or its folder in there as gantry ls shows it')
  command.option('-y, --yes', 'do not ask; needed where nobody is there to answer')
  addCatalogueOption(command)
  addStoreOption(command)
  command.addHelpText('after', examples)
  command.action(async (archive: string, study: string, flags: ShredFlags) => {
    await perform(command, async (context) => {
      const { shred } = await import('../actions/shred.ts')
      return await shred(context, archive, study, flags)
    })
  })
}
