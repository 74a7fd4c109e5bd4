// `npm start`: the main job on this machine, with nothing to configure. Runs from source, as all of the checkout does.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, { ...context, conditions: ['@gantry/source', ...context.conditions] }),
})

const { start } = await import('./start.ts')
process.exitCode = await start(process.argv.slice(2))
