import type { RunningServer } from '../running-server.ts'

export type OrthancLogin = { user: string; password: string }

export type OrthancAccess = {
  /** Of Orthanc's own interface, which deletes and counts: `http://127.0.0.1:18042` */
  url: string
  /** Of DICOMweb: `http://127.0.0.1:18042/dicom-web` */
  root: string
  /** Without one it answers everybody on this machine. */
  login?: OrthancLogin
  /** What a request must carry for the login; empty without one. */
  headers: Record<string, string>
}

/** An Orthanc that answers. */
export type AvailableOrthanc = OrthancAccess & { name: string; unavailable?: undefined }

/** One that cannot be had on this machine, and why. */
export type UnavailableOrthanc = { name: string; unavailable: string }

export type OrthancServer = AvailableOrthanc | UnavailableOrthanc

/** One that whoever started it may stop. */
export type RunningOrthanc = AvailableOrthanc & RunningServer

export function orthancAccess(url: string, login?: OrthancLogin): OrthancAccess {
  const root = `${url}/dicom-web`
  if (login === undefined) return { url, root, headers: {} }
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64')
  return { url, root, login, headers: { authorization: `Basic ${basic}` } }
}
