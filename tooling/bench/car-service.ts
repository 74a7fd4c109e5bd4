import { startW3up } from '@gantry-tooling/servers/w3up'

// The upload service in a process of its own, for one run: all that it is given, it holds in memory. Ends with its input.
const service = await startW3up()
console.log(JSON.stringify(await service.createSpace()))
process.stdin.on('end', () => process.exit(0)).resume()
