import { RootCommand } from '@bomb.sh/tab'
import type { Command } from 'commander'

/** What may stand where a word is expected, by the name of the argument or option that expects it; before that, by command and name. */
export type Candidates = Readonly<Record<string, readonly string[]>>

type Handler = (complete: (value: string, description: string) => void) => void

/** The commands of the program in the shape that the completion library takes. */
export function commandTree(program: Command, candidates: Candidates): RootCommand {
  const root = new RootCommand()
  addParts(root, program, '', candidates)
  addCommands(root, program, '', candidates)
  return root
}

function addCommands(root: RootCommand, parent: Command, path: string, candidates: Candidates): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const name = `${path}${command.name()}`
    const added = root.command(name, command.summary() || command.description())
    addParts(added, command, name, candidates)
    addCommands(root, command, `${name} `, candidates)
  }
}

type Node = ReturnType<RootCommand['command']>

function addParts(node: Node, command: Command, path: string, candidates: Candidates): void {
  const help = command.createHelp()
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]
  for (const option of options) {
    const long = option.long?.slice(2)
    if (long === undefined) continue
    const short = option.short?.slice(1)
    if (option.required || option.optional)
      node.option(long, option.description, offering(option.argChoices ?? candidates[long] ?? []), short)
    else node.option(long, option.description, short)
  }
  for (const argument of command.registeredArguments) {
    const values = argument.argChoices ?? candidates[`${path} ${argument.name()}`] ?? candidates[argument.name()] ?? []
    node.argument(argument.name(), offering(values), argument.variadic)
  }
}

function offering(values: readonly string[]): Handler {
  return (complete) => {
    for (const value of values) complete(value, '')
  }
}
