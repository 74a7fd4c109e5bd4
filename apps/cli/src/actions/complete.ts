import { script } from '@bomb.sh/tab'
import { isUnfinished } from '@gantry/transfer'
import type { Command } from 'commander'

import { bashScript } from '../complete/bash-script.ts'
import { type Candidates, commandTree } from '../complete/command-tree.ts'
import { completeUrls } from '../complete/complete-urls.ts'
import { powershellScript } from '../complete/powershell-script.ts'
import { printed } from '../complete/printed.ts'
import type { Shell } from '../complete/shells.ts'
import { zshScript } from '../complete/zsh-script.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { builtinAdapters } from '../places/builtin-adapters.ts'
import { openJobFolder } from '../state-folder.ts'

/** Where the shell is told to complete names of files itself. */
const files = ':0\n'

const scripts: Readonly<Record<Shell, string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: printed(() => script('fish', 'gantry', 'gantry')),
  powershell: powershellScript,
}

/** `gantry completion`. */
export function printScript({ io }: Context, shell: Shell): ExitCode {
  io.stdout.write(scripts[shell])
  return exitCodes.done
}

/** What the script asks for: the words that may come next, one a line, and how the shell shall take them. */
export async function completeWords(context: Context, program: Command, words: readonly string[]): Promise<ExitCode> {
  const word = words.at(-1) ?? ''
  const tree = commandTree(program, await candidatesFor(context, program, word))
  const text = printed(() => tree.parse([...words]))
  const offered = text.split('\n').filter((line) => line !== '' && !line.startsWith(':'))
  const isFlag = word.startsWith('-')
  if (offered.length === 0 && !isFlag) context.io.stdout.write(files)
  // A remote is mostly followed by a path in it, a place by what lies below: no space after the colon or slash.
  else if (offered.some((line) => /[:/]$/u.test(line.split('\t', 1)[0] ?? '')))
    context.io.stdout.write(text.replace(/:4\n$/u, ':6\n'))
  else context.io.stdout.write(text)
  return exitCodes.done
}

async function candidatesFor(context: Context, program: Command, word: string): Promise<Candidates> {
  const { io, options } = context
  const remotes = word.includes(':')
    ? await completeUrls(context, word)
    : [...(await remotesOf(io, options.config)), ...schemesOf(word)]
  const ids: string[] = []
  const resumable: string[] = []
  try {
    for await (const job of openJobFolder(io.env).list()) {
      ids.push(job.id)
      if (!job.running && (isUnfinished(job) || job.record.failed.entries > 0)) resumable.push(job.id)
    }
  } catch {
    // No jobs to offer.
  }
  return {
    source: remotes,
    destination: remotes,
    place: remotes,
    places: remotes,
    to: remotes,
    from: remotes,
    keeper: remotes,
    'source|job': [...remotes, ...ids],
    id: ids,
    ids,
    'jobs resume id': resumable,
    topic: [
      'places',
      ...program
        .createHelp()
        .visibleCommands(program)
        .map((command) => command.name()),
    ],
    layout: ['keep', 'flat', 'hierarchical'],
    jobs: ['auto'],
  }
}

/** Not before there is something to go by: an empty word may as well be a file. */
function schemesOf(word: string): string[] {
  if (word === '') return []
  const schemes = Object.keys(builtinAdapters).filter((scheme) => scheme !== 'file' && scheme !== 'memory')
  return schemes.flatMap((scheme) => (scheme.startsWith(word) ? [`${scheme}://`] : []))
}

async function remotesOf(io: Context['io'], config: string | undefined): Promise<string[]> {
  try {
    return Object.keys((await loadConfig(io.cwd, io.env, config)).remotes).map((name) => `${name}:`)
  } catch {
    // The command itself will say what is wrong with the configuration.
    return []
  }
}
