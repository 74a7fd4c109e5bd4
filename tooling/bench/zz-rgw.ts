import { startRgw } from '@gantry-tooling/servers'
import { writeFileSync } from 'node:fs'
const rgw = await startRgw({ suite: 'sid' })
const { endpoint, accessKey, secretKey } = rgw as any
writeFileSync('/tmp/rgw.env', `export AWS_ACCESS_KEY_ID=${accessKey} AWS_SECRET_ACCESS_KEY=${secretKey} AWS_REGION=us-east-1 AWS_ENDPOINT_URL=${endpoint}\n`)
console.log('up')
process.on('SIGTERM', async () => { await rgw.stop(); process.exit(0) })
setInterval(() => {}, 1e6)
