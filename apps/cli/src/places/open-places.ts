import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context.ts'
import { Places } from './places.ts'
import { tellTrouble } from './tell-trouble.ts'

/** Reads the configuration that this command is to use; `more` is taken for a part of the environment. */
export async function openPlaces(context: Context, more: Readonly<Record<string, string>> = {}): Promise<Places> {
  return await openPlacesOf(context, more, (place, trouble) => tellTrouble(context, place, trouble))
}

/** The same for what runs on and on: its output is a log, which names no studies. */
export async function openPlacesUntold(context: Context): Promise<Places> {
  return await openPlacesOf(context, {})
}

async function openPlacesOf(
  { io, options, debug }: Context,
  more: Readonly<Record<string, string>>,
  onTrouble?: ConstructorParameters<typeof Places>[3],
): Promise<Places> {
  const config = await loadConfig(io.cwd, io.env, options.config)
  debug(config.file === undefined ? 'no configuration file' : `configuration ${config.file}`)
  return new Places(config, { ...io.env, ...more }, io.cwd, onTrouble)
}
