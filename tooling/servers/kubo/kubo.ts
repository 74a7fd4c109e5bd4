import type { GoServer } from '../machine/build-with-go.ts'
import type { RunningServer } from '../running-server.ts'

export const kubo: GoServer = {
  title: 'Kubo',
  name: 'kubo',
  module: 'github.com/ipfs/kubo@v0.42.0',
  within: './cmd/ipfs',
  takes: 'some minutes',
}

/** A node that answers: its RPC API, and its gateway. */
export type AvailableKubo = { name: string; api: string; gateway: string; unavailable?: undefined }

/** One that cannot be had on this machine, and why. */
export type UnavailableKubo = { name: string; unavailable: string }

export type KuboNode = AvailableKubo | UnavailableKubo

/** One that whoever started it may stop. */
export type RunningKubo = AvailableKubo & RunningServer
