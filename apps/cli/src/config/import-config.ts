import module from 'node:module'

/**
 * Runs a configuration. What it imports of Gantry is looked for where it lies, and then where this command is: one in a home
 * folder, beside a command that was installed for all, has no `node_modules` of its own.
 */
export async function importConfig(url: string): Promise<unknown> {
  // Node 22.13 has them not yet.
  const hooks = module.registerHooks?.({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
        if (!isMissing || !specifier.startsWith('@gantry/')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
  try {
    return await settling(import(url))
  } finally {
    hooks?.deregister()
  }
}

/** Rejects when the process has nothing more to do, and would end without a word. */
async function settling(loading: Promise<unknown>): Promise<unknown> {
  let onIdle = () => {}
  const idle = new Promise<never>((_, reject) => {
    onIdle = () => reject(new Error('it waits for something that never comes.'))
  })
  process.once('beforeExit', onIdle)
  try {
    return await Promise.race([loading, idle])
  } finally {
    process.off('beforeExit', onIdle)
  }
}
