import { debianRootsUnavailable, installDebianRoot, type InstalledRoot } from '../machine/debian-root/debian-root.ts'

/** Debian suites whose Orthanc can be run. */
export type OrthancSuite = 'bookworm' | 'trixie'

export const orthancSuites: readonly OrthancSuite[] = ['bookworm', 'trixie']

export function isOrthancSuite(text: string): text is OrthancSuite {
  return (orthancSuites as readonly string[]).includes(text)
}

// The compiler makes loopback.c into what keeps Orthanc on the loopback address, at every start, in milliseconds.
const PACKAGES = ['orthanc', 'orthanc-dicomweb', 'tcc']

/** Why this machine cannot run Orthanc at all, or undefined when it can. */
export function orthancUnavailable(): Promise<string | undefined> {
  return debianRootsUnavailable('Orthanc', 'GANTRY_TEST_ORTHANC=url[,user,password]')
}

/** Installs Orthanc of a suite into a Debian root of its own, where no service starts, once. */
export function installOrthanc(suite: OrthancSuite, say?: (line: string) => void): Promise<InstalledRoot> {
  const folder = `orthanc-${suite}`
  return installDebianRoot({ title: 'Orthanc', folder, suite, packages: PACKAGES, takes: 'a minute' }, say)
}
