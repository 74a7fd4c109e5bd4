import { startS3Server } from '@gantry/testkit/s3-server'

// The project's own S3 server in a process of its own, where no other can be had. It keeps large bodies in a FOLDER.
const [dir = ''] = process.argv.slice(2)
const { url: endpoint, credentials } = await startS3Server({ dir })
console.log(JSON.stringify({ endpoint, accessKey: credentials.accessKeyId, secretKey: credentials.secretAccessKey }))
