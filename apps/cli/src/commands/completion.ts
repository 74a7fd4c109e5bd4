import { Argument, type Command } from 'commander'

import type { Perform } from './perform.ts'

const help = `
For this shell:   source <(gantry completion bash)
For all, bash:    gantry completion bash > ~/.local/share/bash-completion/completions/gantry
For all, zsh:     gantry completion zsh > "\${fpath[1]}/_gantry"
For all, fish:    gantry completion fish > ~/.config/fish/completions/gantry.fish
`

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

export function addCompletion(program: Command, perform: Perform): void {
  const command = program.command('completion').summary('print a script that completes commands in your shell')
  command.addArgument(new Argument('<shell>').choices(shells))
  command.addHelpText('after', help)
  command.action(async (shell: string) => {
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
