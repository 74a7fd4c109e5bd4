import { parseArgs, type ParseArgsConfig } from 'node:util'

/** How a script is called, for people. */
type Usage = string | (() => Promise<string>)

/**
 * What a script was called with. Where it has no such options, or `--help` is asked for, it says how it is called and ends: with 2,
 * or 0.
 */
export async function readArguments<const Config extends ParseArgsConfig>(
  config: Config,
  usage: Usage,
): Promise<ReturnType<typeof parseArgs<Config>>> {
  try {
    const given = parseArgs(config)
    if (!('help' in given.values && given.values.help === true)) return given
  } catch (error) {
    // What follows its first sentence is how Node would have a file called that is named like an option.
    const [what = ''] = error instanceof Error ? error.message.split('. ') : []
    console.error(what)
    return await endWith(2, usage)
  }
  return await endWith(0, usage)
}

/** Says how a script is called, and ends it. */
export async function endWith(code: 0 | 2, usage: Usage): Promise<never> {
  const text = typeof usage === 'string' ? usage : await usage()
  if (code === 0) console.log(text)
  else console.error(text)
  process.exit(code)
}
