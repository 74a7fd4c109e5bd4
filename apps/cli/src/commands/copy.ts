import { type Command, Option } from 'commander'

import type { CopyFlags } from '../actions/copy.ts'
import { parseBytes, parseJobs } from '../options/amounts.ts'
import { addDeidentifyOptions } from '../options/deidentify-options.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addLayoutOption, addPublicOption, addStoreOptions } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const description =
  'Copies entries from one place to another, as a job that can be stopped at any time and gone on with. What is there already is skipped; nothing half-written ever shows under its final name.'

const examples = `
Examples:
  gantry copy ./study s3://archive/2026/study
  gantry copy pacs: ./ct --modality CT --since 7d --layout hierarchical
  gantry copy ./study s3://archive --dry-run
  gantry copy ./study ./shared --deidentify --deidentify-key project.key --retain modified-dates
`

export function addCopy(program: Command, perform: Perform): void {
  const command = program.command('copy').summary('copy images from one place to another').description(description)
  command.argument('<source>', 'path, URL such as s3://bucket/prefix, or remote such as pacs:prefix')
  command.argument('<destination>', 'the same; folders are made, buckets are not')
  command.option('-n, --dry-run', 'show what would be copied and what skipped, and copy nothing')
  addLayoutOption(command)
  command.addOption(new Option('--overwrite', 'send all, whatever is there').conflicts('clobber'))
  command.addOption(new Option('--no-clobber', 'never touch what is there, even if it differs'))
  command.option('--verify', 'read everything back at the end and compare')
  command.addOption(
    new Option('-j, --jobs <count>', 'entries at a time, or "auto"').argParser(parseJobs).default('auto'),
  )
  command.addOption(new Option('--bwlimit <rate>', 'bytes a second at most, such as 10M').argParser(parseBytes))
  addPublicOption(command)
  command.option('--new', 'begin afresh, where the same copy was begun and is not finished')
  addStoreOptions(command)
  addSelectionOptions(command)
  addDeidentifyOptions(command, { asRetain: true })
  command.addHelpText('after', examples)
  command.action(async (source: string, destination: string, flags: CopyFlags) => {
    await perform(command, async (context) => {
      const { copy } = await import('../actions/copy.ts')
      return await copy(context, source, destination, flags)
    })
  })
}
