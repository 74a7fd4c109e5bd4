import { script } from '@bomb.sh/tab'
import type { Command } from 'commander'

import { type Candidates, commandTree } from '../complete/command-tree.ts'
import { completeUrls } from '../complete/complete-urls.ts'
import { printed } from '../complete/printed.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { builtinAdapters } from '../places/builtin-adapters.ts'
import { openJobFolder } from '../state-folder.ts'

/** Where the shell is told to complete names of files itself. */
const files = ':0\n'

/** `gantry completion`. */
export function printScript({ io }: Context, shell: string): ExitCode {
  const text = printed(() => script(shell, 'gantry', 'gantry'))
  io.stdout.write(shell === 'bash' ? forBash(text) : text)
  return exitCodes.done
}

/** What the script asks for: the words that may come next, one a line, and how the shell shall take them. */
export async function completeWords(context: Context, program: Command, words: readonly string[]): Promise<ExitCode> {
  const word = words.at(-1) ?? ''
  const tree = commandTree(program, await candidatesFor(context, word))
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

async function candidatesFor(context: Context, word: string): Promise<Candidates> {
  const { io, options } = context
  const remotes = word.includes(':')
    ? await completeUrls(context, word)
    : [...(await remotesOf(io, options.config)), ...schemesOf(word)]
  const ids: string[] = []
  try {
    for await (const { id } of openJobFolder(io.env).list()) ids.push(id)
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
    topic: ['places'],
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

/** Names of files are completed too, URLs are, and shells without the bash-completion package are served. */
function forBash(text: string): string {
  const withUrls = text.replace(/^( *COMPREPLY=\( \$\(compgen -W .*)$/mu, (line) => `${line}\n${afterColon}`)
  return `${fallback}${withUrls.replace('complete -F', 'complete -o default -F')}`
}

/** Bash begins a word anew after a colon, and puts what is offered behind it. */
const afterColon = `    if [[ "$cur" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
        local before=\${cur%"\${cur##*:}"} index
        for index in "\${!COMPREPLY[@]}"; do
            COMPREPLY[index]=\${COMPREPLY[index]#"$before"}
        done
    fi`

const fallback = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        local line="\${COMP_LINE:0:COMP_POINT}"
        read -ra words <<< "$line"
        [[ "$line" == *[[:space:]] ]] && words+=("")
        cword=$((\${#words[@]} - 1))
        cur="\${words[cword]}"
    }
fi
`
