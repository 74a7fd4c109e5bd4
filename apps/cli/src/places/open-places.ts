import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { Places } from './places.ts'

/** Reads the configuration that this command is to use. */
export async function openPlaces({ io, options, debug }: Context): Promise<Places> {
  const config = await loadConfig(io.cwd, io.env, options.config)
  debug(config.file === undefined ? 'no configuration file' : `configuration ${config.file}`)
  return new Places(config, io.env, io.cwd)
}
