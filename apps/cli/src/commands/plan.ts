import { type Command, Option } from 'commander'

import type { PlanFlags } from '../actions/archive/plan.ts'
import { parseRetention } from '../options/amounts.ts'
import { addStoreOption } from '../options/store-options.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import type { Perform } from './perform.ts'

const description =
  'Shows what it would cost to keep a source, in each class of each remote of the configuration (without remotes, in all that prices are known of): writing, keeping, and reading all of it back once. Prices are list prices of the day that each line names; edit them, and give the file with --prices.'

const examples = `
Examples:
  gantry plan ./study --retain 7y
  gantry plan ./study --retain 7y --all
  gantry plan --print-prices > prices.json
`

export function addPlan(program: Command, perform: Perform): void {
  const command = program.command('plan').summary('what archiving would cost').description(description)
  command.argument('[source]', 'path, URL or remote')
  command.addOption(
    new Option('--retain <time>', 'for 7y, 90d, or until 2033-12-31 (default: a year)').argParser((text) =>
      parseRetention(text),
    ),
  )
  command.option('--all', 'every line of the table, whether there is a remote for it or not')
  command.option('--prices <file>', 'table of prices, as --print-prices writes it')
  command.option('--print-prices', 'write the table that is used, to be edited')
  addStoreOption(command)
  addSelectionOptions(command)
  command.addHelpText('after', examples)
  command.action(async (source: string | undefined, flags: PlanFlags) => {
    await perform(command, async (context) => {
      const { plan } = await import('../actions/archive/plan.ts')
      return await plan(context, source, flags)
    })
  })
}
