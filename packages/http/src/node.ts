export { listen, type Listening, type ListenOptions } from './node/listen.ts'
export { nodeTransport, type NodeTransportOptions } from './node/node-transport.ts'
export { type Proxy, type ProxyEnvironment, proxyOf } from './node/proxy-of.ts'
export { trusting } from './node/trusting.ts'
