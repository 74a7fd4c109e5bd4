import { get } from 'node:http'
import { inject } from 'vitest'
import { brokerKey } from './broker-key.ts'

/** Asks the process of the whole run for its servers of a kind, which it starts when it is asked first. */
// `fetch` gives up after five minutes, and a first installation may take longer on a slow network.
export function ask<Server>(kind: 's3' | 'old-s3' | 'gcs' | 'kubo' | 'orthanc'): Promise<Server[]> {
  return new Promise((resolve, reject) => {
    get(`${inject(brokerKey)}/${kind}`, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))))
    }).on('error', reject)
  })
}

/** What goes into the name of the tests: a server that cannot be had says why. */
export function titleOf({ name, unavailable }: { name: string; unavailable?: string | undefined }): string {
  return unavailable === undefined ? name : `${name} [${unavailable}]`
}
