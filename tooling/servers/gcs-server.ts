import type { RunningServer } from './running-server.ts'

/** A Google Cloud Storage that answers. */
export type AvailableGcsServer = { name: string; endpoint: string; unavailable?: undefined }

/** One that cannot be had on this machine, and why. */
export type UnavailableGcsServer = { name: string; unavailable: string }

export type GcsServer = AvailableGcsServer | UnavailableGcsServer

/** One that whoever started it may stop. */
export type RunningGcsServer = AvailableGcsServer & RunningServer
