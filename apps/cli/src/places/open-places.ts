import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { Places } from './places.ts'

/** Reads the configuration that this command is to use; `more` is taken for a part of the environment. */
export async function openPlaces(
  { io, options, debug }: Context,
  more: Readonly<Record<string, string>> = {},
): Promise<Places> {
  const config = await loadConfig(io.cwd, io.env, options.config)
  debug(config.file === undefined ? 'no configuration file' : `configuration ${config.file}`)
  return new Places(config, { ...io.env, ...more }, io.cwd)
}
