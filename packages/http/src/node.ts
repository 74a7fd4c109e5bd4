export { nodeTransport, type NodeTransportOptions } from './node/node-transport.ts'
