import { isGantryError } from '@gantry/core'
import { igtOrigin } from '@gantry/igt'

import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'
import { type Profile, readProfile } from './profile.ts'

/** Arguments in igtcloud's order; a profile says what is left out. */
export interface Arguments {
  readonly folder: string
  readonly project: string | undefined
  readonly institute: string | undefined
  readonly environment: string | undefined
}

/** What the arguments name. */
export interface Named {
  readonly folder: string
  readonly project: string
  /** `*`: all. */
  readonly institute: string
  /** Scheme, host and port of the cloud. */
  readonly origin: string
  readonly profile: Profile
}

export interface CloudFlags {
  readonly domain?: string
  readonly user?: string
  readonly profile?: string
}

const domains: Readonly<Record<string, string>> = {
  PROD: 'igt-web.eu1.phsdp.com',
  TEST: 'igt-web-test.eu1.phsdp.com',
}

/** What is said goes before what the profile says. */
export async function nameAll(context: Context, given: Arguments, flags: CloudFlags): Promise<Named> {
  const profile = await readProfile(context, flags.profile)
  const project = given.project ?? profile.project
  if (project === undefined) throw new UsageError('Which project? Its name, or a --profile that names one.')
  // An institute of the profile belongs to the project of the profile.
  const own = project === profile.project ? profile.institute : undefined
  const institute = given.institute ?? own ?? '*'
  return {
    folder: given.folder,
    project,
    institute,
    profile,
    origin: originOf(given.environment, flags.domain, profile),
  }
}

export function originOf(environment: string | undefined, domain: string | undefined, profile: Profile): string {
  try {
    const named = environment === undefined ? undefined : domains[environment]
    return igtOrigin(domain ?? named ?? profile.origin ?? domains['PROD'] ?? '')
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message) : error
  }
}
