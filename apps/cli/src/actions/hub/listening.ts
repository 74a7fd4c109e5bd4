import { GantryError, isGantryError } from '@gantry/core'

/** Serves, or says that the port is taken: that is for whoever gave the command to change. */
export async function listening<Served>(port: number, host: string, serve: () => Promise<Served>): Promise<Served> {
  try {
    return await serve()
  } catch (error) {
    if (!isGantryError(error) || codeOf(error.cause) !== 'EADDRINUSE') throw error
    throw new GantryError('unavailable', `Port ${port} on ${host} is taken: choose another with --port.`, {
      cause: error,
    })
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
