import { igtAdaptersOn, type OpenData } from '@gantry/igt'
import { Connections, s3 } from '@gantry/s3'

/** Where the cloud is that igtcloud goes to. */
const home = 'eu-west-1'

/** The storage behind an IGT cloud, which insists on encryption. */
export function openIgtData(options: {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly ca?: string | readonly string[] | undefined
}): OpenData {
  const { endpoint, region = home, ca } = options
  // Each study has keys, and so a store, of its own.
  const connections = new Connections()
  return (place) =>
    s3({
      ...place,
      region,
      connections,
      serverSideEncryption: 'AES256',
      ...(endpoint !== undefined && { endpoint }),
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    })
}

/** IGT clouds over S3. */
export const { secure: igtAdapter, plain: loopbackIgtAdapter } = igtAdaptersOn({ openData: openIgtData })
