import type { Command } from 'commander'

import type { VerifyFlags } from '../actions/verify.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { addLayoutOption, addStoreOptions } from '../options/store-options.ts'
import type { Perform } from './perform.ts'

const description =
  "Compares every entry of a source with its copy at the destination, by reading both. With the id of a job instead: reads back what it has stored, and compares it with the job's own record."

export function addVerify(program: Command, perform: Perform): void {
  const command = program
    .command('verify')
    .summary('compare a copy with its source, or with its job')
    .description(description)
  command.argument('<source|job>', 'path, URL or remote; or the id of a job')
  command.argument('[destination]', 'path, URL or remote')
  command.option(
    '--quick',
    'compare what the stores say of their bytes, and read only where one side alone says nothing; what neither tells of, as two folders, stays unknown',
  )
  addLayoutOption(command)
  addStoreOptions(command)
  addSelectionOptions(command)
  command.action(async (source: string, destination: string | undefined, flags: VerifyFlags) => {
    await perform(command, async (context) => {
      const { verify, verifyJob } = await import('../actions/verify.ts')
      return destination === undefined
        ? await verifyJob(context, source)
        : await verify(context, source, destination, flags)
    })
  })
}
