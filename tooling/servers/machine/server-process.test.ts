import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from './free-port.ts'
import { startServerProcess } from './server-process.ts'

const supervise = join(import.meta.dirname, 'supervise.sh')
const listener = (port: number) => [
  'bash',
  supervise,
  String(port),
  process.execPath,
  '-e',
  `require('node:net').createServer().listen(${port}, '127.0.0.1')`,
]

test('a server is ready when it listens, and gone when it was killed', async () => {
  const port = await freePort()
  const server = await startServerProcess('env', listener(port))
  expect(await listens(port)).toBe(true)
  await server.kill()
  expect(await untilGone(port)).toBe(true)
})

test('a server that ends by itself is an error with what it printed last', async () => {
  const port = String(await freePort())
  const failing = startServerProcess('bash', [supervise, port, 'sh', '-c', 'echo no disk; exit 3'])
  await expect(failing).rejects.toThrow('no disk')
})

test('a server does not outlive a starter that is killed with SIGKILL', async () => {
  const port = await freePort()
  const module = JSON.stringify(join(import.meta.dirname, 'server-process.ts'))
  const starter = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `const { startServerProcess } = await import(${module})
     await startServerProcess('env', ${JSON.stringify(listener(port))})
     console.log('started')
     setInterval(() => {}, 1000)`,
  ])
  onTestFinished(() => void starter.kill('SIGKILL'))
  await firstOutput(starter)
  expect(await listens(port)).toBe(true)

  starter.kill('SIGKILL')
  await once(starter, 'exit')

  expect(await untilGone(port)).toBe(true)
})

async function firstOutput(child: ChildProcess): Promise<void> {
  child.stderr?.pipe(process.stderr)
  await once(child.stdout ?? child, 'data')
}

async function untilGone(port: number): Promise<boolean> {
  while (await listens(port)) await sleep(50)
  return true
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
