import { Command, type Option } from 'commander'

import { addArchive, addAudit, addRestore } from './commands/archive.ts'
import { addCatalogue } from './commands/catalogue.ts'
import { addCod } from './commands/cod.ts'
import { addCompletion } from './commands/completion.ts'
import { addCopy } from './commands/copy.ts'
import { addFleet } from './commands/fleet.ts'
import { addHelp } from './commands/help.ts'
import { addHub } from './commands/hub.ts'
import { addIgt } from './commands/igt.ts'
import { addJobs } from './commands/jobs.ts'
import { addList } from './commands/ls.ts'
import { addLogin } from './commands/login.ts'
import { addPlan } from './commands/plan.ts'
import type { Perform } from './commands/perform.ts'
import { addRemove } from './commands/rm.ts'
import { addServe } from './commands/serve.ts'
import { addOpen, addShare, addShares } from './commands/share.ts'
import { addShred } from './commands/shred.ts'
import { addStat } from './commands/stat.ts'
import { addVerify } from './commands/verify.ts'
import { addVersion } from './commands/version.ts'
import type { Io } from './io.ts'
import { addGlobalOptions } from './options/global-options.ts'
import { toJsonLine } from './render/json.ts'
import { versionJson, versionOf } from './version.ts'
import { plainly } from './wrong-usage.ts'

const footer = `
Places are paths (./study), URLs (s3://bucket/prefix) or remotes of the configuration (pacs:prefix): gantry help places
Exit codes: 0 all done, 1 some failed, 2 usage, 3 permission or login, 130 interrupted
`

/** All commands. Definitions only: what a command does is loaded when it runs, so that help and completion are quick. */
export function createProgram(io: Io, perform: Perform, { json }: { readonly json: boolean }): Command {
  const program = new Command('gantry')
  program.description('Moves medical images between storages: resumable, verified, from one command.')
  program.usage('<command> [options]')
  program.version(json ? toJsonLine(versionJson()).trimEnd() : versionOf(), '-V, --version', 'show the version')
  program.helpOption('-h, --help', 'show help')
  program.exitOverride()
  program.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHelpWidth: () => Math.min(io.stdout.columns, 100),
    getErrHelpWidth: () => Math.min(io.stderr.columns, 100),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  // Of a command within another, those of all commands: what the other has besides is about the other.
  program.configureHelp({ showGlobalOptions: true, visibleGlobalOptions: (command) => sharedOptions(program, command) })
  program.showSuggestionAfterError()
  addGlobalOptions(program)
  addCopy(program, perform)
  addList(program, perform)
  addStat(program, perform)
  addVerify(program, perform)
  addRemove(program, perform)
  addShred(program, perform)
  addJobs(program, perform)
  addArchive(program, perform)
  addRestore(program, perform)
  addAudit(program, perform)
  addCatalogue(program, perform)
  addPlan(program, perform)
  addShare(program, perform)
  addOpen(program, perform)
  addShares(program, perform)
  addLogin(program, perform)
  addHub(program, perform)
  addServe(program, perform)
  addCod(program, perform)
  addFleet(program, perform)
  addIgt(program, perform)
  addVersion(program, perform)
  addCompletion(program, perform)
  addHelp(program, perform)
  program.addHelpText('after', footer)
  for (const command of allOf(program)) advise(io, command, json)
  return program
}

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)]
}

/** What a wrong use of it is told beside what is wrong: where its help is, and which command was meant. */
function advise(io: Io, command: Command, json: boolean): void {
  const names = namesOf(command)
  if (!json) command.showHelpAfterError(`See ${names.join(' ')} --help.`)
  const siblings = command.parent?.commands.map((one) => one.name()) ?? []
  command.configureOutput({
    outputError(text, write) {
      const message = plainly(text.replace(/^error: /u, '').trim(), siblings)
      if (json) io.stdout.write(toJsonLine({ type: 'error', code: 'invalid', message }))
      else write(`gantry: ${message}\n`)
    },
  })
}

function namesOf(command: Command): string[] {
  return [...(command.parent === null ? [] : namesOf(command.parent)), command.name()]
}

function sharedOptions(program: Command, command: Command): Option[] {
  return command === program ? [] : program.options.filter(({ hidden }) => !hidden)
}
