#!/usr/bin/env node
// Starts gantry: from `dist` in a published package, straight from the TypeScript source in a checkout. Plain
// JavaScript that old versions of Node can still read, so that they can say what is missing.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const source = new URL('../src/start.ts', import.meta.url)
const fromSource = existsSync(source)

if (suffices()) {
  // Flushing files to the disk is waiting: four threads of Node's pool would wait for one another.
  process.env.UV_THREADPOOL_SIZE ??= '16'
  // V8 lets its heap grow with the machine's memory, not with need: a long copy would take four times of what it needs,
  // and twice is enough for few collections. Its nursery grows once, while the code is loaded, and no more. What serves
  // others is the quicker for more.
  const frugal = process.argv[2] !== 'serve'
  if (frugal) {
    setFlagsFromString('--semi-space-growth-factor=4')
    setFlagsFromString('--heap-growing-percent=100')
  }
  // A folder of the user's own: the default one lies in the shared temporary folder, where others could plant code.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  module.enableCompileCache?.(join(caches, 'gantry', 'compiled'))
  if (fromSource) {
    module.registerHooks({
      resolve: (specifier, context, next) =>
        specifier.startsWith('@gantry/')
          ? next(specifier, { ...context, conditions: ['@gantry/source', ...context.conditions] })
          : next(specifier, context),
    })
  }
  // Node 22 warns of its SQLite, which people who copy images can do nothing about.
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning, type, ...rest) => {
    if (type !== 'ExperimentalWarning') emitWarning(warning, type, ...rest)
  }
  const { start } = await import(fromSource ? source.href : '../dist/start.js')
  if (frugal) setFlagsFromString('--semi-space-growth-factor=1')
  await start()
} else {
  const own = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
  if (fromSource && existsSync(own) && process.env.GANTRY_RESTARTED === undefined) restart(own)
  else {
    process.stderr.write(`gantry needs Node ${needed().join('.')} or newer; this is ${process.versions.node}.\n`)
    process.exitCode = 2
  }
}

function needed() {
  return fromSource ? [22, 18] : [22, 13]
}

function suffices() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [neededMajor, neededMinor] = needed()
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

/** Goes on in the checkout's own Node; signals and the exit code pass through. */
function restart(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, GANTRY_RESTARTED: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`gantry could not start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
