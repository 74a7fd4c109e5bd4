import { removeInstanceFolder } from './machine/instance-folder.ts'
import type { ServerProcess } from './machine/server-process.ts'
import type { AvailableS3Server, RunningS3Server } from './s3-server.ts'

/** Launches a server, whose data are in the folder, and gives it its ends: the folder lives as long as it. */
export async function runServer(
  server: AvailableS3Server,
  folder: string,
  launch: () => Promise<ServerProcess>,
): Promise<RunningS3Server> {
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
