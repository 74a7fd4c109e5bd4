import { Argument, type Command } from 'commander'

import { type Shell, shells } from '../complete/shells.ts'
import type { Perform } from './perform.ts'

const help = `
bash:         add to ~/.bashrc:                source <(gantry completion bash)
zsh:          add to ~/.zshrc, after compinit: source <(gantry completion zsh)
fish:         gantry completion fish > ~/.config/fish/completions/gantry.fish
powershell:   add to $PROFILE:                 gantry completion powershell | Out-String | Invoke-Expression

They call gantry, which has to be on the PATH.
`

export function addCompletion(program: Command, perform: Perform): void {
  const command = program.command('completion').summary('print a script that completes commands in your shell')
  command.description(
    'Prints what makes Tab complete commands, options, remotes, places and jobs of gantry in bash, zsh, fish or powershell.',
  )
  command.addArgument(new Argument('<shell>').choices(shells))
  command.addHelpText('after', help)
  command.action(async (shell: Shell) => {
    await perform(command, async (context) => {
      const { printScript } = await import('../actions/complete.ts')
      return printScript(context, shell)
    })
  })

  // What those scripts call, with the words so far.
  const complete = program.command('complete', { hidden: true }).argument('[words...]')
  complete.action(async (words: string[]) => {
    await perform(complete, async (context) => {
      const { completeWords } = await import('../actions/complete.ts')
      return await completeWords(context, program, words)
    })
  })
}
