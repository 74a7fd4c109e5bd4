import type { GoServer } from '../machine/build-with-go.ts'

export const minio: GoServer = {
  title: 'MinIO',
  name: 'minio',
  module: 'github.com/minio/minio@latest',
  takes: 'about three minutes',
}
