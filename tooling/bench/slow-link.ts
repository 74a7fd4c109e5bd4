import { startFaultProxy } from '@gantry/testkit/fault-proxy'

// A link in a process of its own, so that its work is nobody's who is measured: TARGET, milliseconds one way, bytes a
// second of each connection and direction.
const [target = '', latency, bandwidth] = process.argv.slice(2)
const proxy = await startFaultProxy({
  target,
  mode: 'tcp',
  link: { latency: Number(latency), bandwidth: Number(bandwidth) },
})
console.log(`http://127.0.0.1:${proxy.port}`)
