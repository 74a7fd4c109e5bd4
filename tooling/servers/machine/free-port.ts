import { createServer } from 'node:net'

const LOWEST = 20_000
const HIGHEST = 30_000

/**
 * A port on 127.0.0.1 that nothing listens on, below the range that outgoing connections take theirs from. It is not
 * reserved: whoever starts a server on it tries again with another one where somebody was faster.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
