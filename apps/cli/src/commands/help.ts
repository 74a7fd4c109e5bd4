import type { Command } from 'commander'

import { exitCodes } from '../exit-code.ts'
import { UsageError } from '../usage-error.ts'
import type { Perform } from './perform.ts'

export function addHelp(program: Command, perform: Perform): void {
  program.helpCommand(false)
  const command = program.command('help').summary('show help for a command, or for "places": how sources are written')
  command.argument('[topic...]', 'command, or "places"')
  command.action(async (topic: string[]) => {
    await perform(command, async (context) => {
      if (topic[0] === 'places') {
        const { describePlaces } = await import('../actions/describe-places.ts')
        return await describePlaces(context)
      }
      let found = program
      for (const word of topic) {
        const inner = found.commands.find((one) => one.name() === word || one.aliases().includes(word))
        if (inner === undefined)
          throw new UsageError(`There is no help for "${topic.join(' ')}". To see all: gantry help`)
        found = inner
      }
      context.io.stdout.write(found.helpInformation())
      return exitCodes.done
    })
  })
}
