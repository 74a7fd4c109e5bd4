import { type Command, Option } from 'commander'

import type { GlobalOptions } from '../context.ts'

export function addGlobalOptions(program: Command): void {
  program.addOption(new Option('--json', 'print one JSON object a line, for programs'))
  program.addOption(new Option('-q, --quiet', 'print nothing but results and errors'))
  program.addOption(new Option('--debug', 'tell on stderr what goes on inside; without paths or patient data'))
  program.addOption(
    new Option('--config <file>', 'configuration file (default: the next gantry.config.ts, .js or .json)'),
  )
  program.addOption(new Option('--ca <file>', "certificates (PEM) to trust beside the system's"))
}

export function globalOptionsOf(command: Command): GlobalOptions {
  const given: Partial<GlobalOptions> = command.optsWithGlobals()
  return {
    json: given.json === true,
    quiet: given.quiet === true,
    debug: given.debug === true,
    config: given.config,
    ca: given.ca,
  }
}
