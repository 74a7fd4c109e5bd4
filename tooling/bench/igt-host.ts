import { startIgt } from '@gantry-tooling/servers/igt'
import { startS3Server } from '@gantry/testkit/s3-server'

// An IGT cloud in a process of its own, whose work is nobody's who is measured: its storage forgets what it gets, and
// gives as many zeros. The milliseconds that every request waits are told, as if it came from that far away.
const [roundTrip = '0'] = process.argv.slice(2)
const storage = await startS3Server({ buckets: ['igt'], discard: true })
const institutes = ['Warm', ...Array.from({ length: 16 }, (_, index) => `Run ${index}`)]
const server = await startIgt({ storage, bucket: 'igt', sessionSeconds: 36_000, projects: [{ name: 'P', institutes }] })
server.controls.delay = Number(roundTrip)
const { jwt, csrf } = server.state.login('user', false)
console.log(JSON.stringify({ url: server.url, jwt, csrf }))
process.on('message', () => {
  const count = (area: string) => server.requests.filter((one) => one.area === area).length
  process.send?.({ api: count('api'), data: count('data') })
  ;(server.requests as unknown[]).length = 0
})
