import { removeInstanceFolder } from './machine/instance-folder.ts'
import type { ServerProcess } from './machine/server-process.ts'

/** A server that whoever started it may also stop, kill, and start again with the data that it had. */
export type RunningServer = {
  stop(): Promise<void>
  /** As a power cut would: every process of the server at once, by SIGKILL. The data stay. */
  kill9(): Promise<void>
  /** Kills it, where it still runs, and starts it again at the same address. */
  restart(): Promise<void>
}

/** Launches a server, whose data are in the folder, and gives it its ends: the folder lives as long as it. */
export async function runServer<Server extends object>(
  server: Server,
  folder: string,
  launch: () => Promise<ServerProcess>,
): Promise<Server & RunningServer> {
  let process: ServerProcess
  try {
    process = await launch()
  } catch (error) {
    removeInstanceFolder(folder)
    throw error
  }
  const kill9 = () => process.kill()
  return {
    ...server,
    kill9,
    async restart() {
      await kill9()
      process = await launch()
    },
    async stop() {
      await kill9()
      removeInstanceFolder(folder)
    },
  }
}
