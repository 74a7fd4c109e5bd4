import type { GoServer } from '../machine/build-with-go.ts'

export const fakeGcs: GoServer = {
  title: 'fake-gcs-server',
  name: 'fake-gcs-server',
  module: 'github.com/fsouza/fake-gcs-server@latest',
  takes: 'some minutes',
}
