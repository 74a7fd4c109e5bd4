import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'

import type { IgtOptions } from './options.ts'

/** What lies in the bucket, as whoever owns it sees it. */
export class Objects {
  readonly #client: S3Client
  readonly #bucket: string

  constructor({ storage, bucket }: IgtOptions) {
    const { url, region, credentials } = storage
    this.#client = new S3Client({ endpoint: url, region, credentials, forcePathStyle: true })
    this.#bucket = bucket
  }

  async list(prefix: string): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (let token: string | undefined; ;) {
      const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: token })
      const page = await this.#client.send(command)
      for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined) found.set(Key, Size ?? 0)
      token = page.NextContinuationToken
      if (token === undefined) return found
    }
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }))
  }

  close(): void {
    this.#client.destroy()
  }
}
