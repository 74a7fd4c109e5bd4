import type { RunningServer } from './running-server.ts'

/** What tests must know of a server to expect the right thing of it. */
export type S3Features = {
  /** Checks and returns `x-amz-checksum-*`, and takes bodies with a trailing checksum. */
  flexibleChecksums: boolean
  /** Honours `If-None-Match: *` when a multipart upload is completed. */
  conditionalComplete: boolean
  /** Answers `GET ?partNumber=`. */
  partNumberGet: boolean
}

export type S3Access = {
  endpoint: string
  accessKey: string
  secretKey: string
  region: string
  pathStyle: true
}

export type S3Kind = 'ceph' | 'minio' | 'other'

/** A server that answers. */
export type AvailableS3Server = S3Access & {
  name: string
  kind: S3Kind
  features: S3Features
  unavailable?: undefined
}

/** A server that cannot be had on this machine, and why. */
export type UnavailableS3Server = { name: string; kind: S3Kind; unavailable: string }

export type S3Server = AvailableS3Server | UnavailableS3Server

/** One that whoever started it may stop. */
export type RunningS3Server = AvailableS3Server & RunningServer

export const currentFeatures: S3Features = { flexibleChecksums: true, conditionalComplete: true, partNumberGet: true }
export const oldFeatures: S3Features = { flexibleChecksums: false, conditionalComplete: false, partNumberGet: false }

/** Why a server has no part in a run without `--extra`. */
export const amongExtra = 'among the extra tests'
