import { readFile } from 'node:fs/promises'

import { GantryError } from '@gantry/core'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import * as z from 'zod'

import { unverified } from './verify-package.ts'

/** What a registry tells of a package's attestations. */
export const attestationsSchema = z.looseObject({
  attestations: z.array(z.looseObject({ predicateType: z.string(), bundle: z.unknown() })),
})

const statementSchema = z.looseObject({
  subject: z.array(z.looseObject({ name: z.string(), digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
})

/** SLSA's, of whatever version: how and where a package was built. */
const ofProvenance = 'https://slsa.dev/provenance/'
/** Only workflows of this repository build what is called gantry. */
const policy = {
  subjectAlternativeName: String.raw`^https://github\.com/gantry-dicom/gantry/\.github/workflows/[^/@]+@refs/.+$`,
  extensions: { issuer: 'https://token.actions.githubusercontent.com' },
}

export interface Attested {
  readonly name: string
  readonly version: string
  readonly integrity: string
}

/**
 * Checks that a workflow of this project's repository has attested these very bytes, by a certificate of Sigstore and in its
 * log; what is signed by the registry's own key beside it is left to the registry's signature.
 */
export function checkProvenance(
  { name, version, integrity }: Attested,
  { attestations }: z.output<typeof attestationsSchema>,
  root: TrustedRoot,
): void {
  const all = attestations.filter(({ predicateType }) => predicateType.startsWith(ofProvenance))
  if (all.length === 0) throw unverified('the provenance that the registry tells of is not there')
  const verifier = new Verifier(toTrustMaterial(root))
  for (const { bundle: json } of all) {
    let payload: string
    try {
      const bundle = bundleFromJSON(json)
      verifier.verify(toSignedEntity(bundle), policy)
      if (bundle.content.$case !== 'dsseEnvelope') throw new Error('It is no statement.')
      payload = Buffer.from(bundle.content.dsseEnvelope.payload).toString()
    } catch (cause) {
      throw unverified('its provenance is not one of this project', cause)
    }
    const statement = statementSchema.safeParse(parse(payload))
    const sha512 = Buffer.from(/(?:^|\s)sha512-(\S+)/u.exec(integrity)?.[1] ?? '', 'base64').toString('hex')
    const named = `pkg:npm/${name.replace('@', '%40')}@${version}`
    const isMeant = statement.data?.subject.some((one) => one.name === named && one.digest['sha512'] === sha512)
    if (isMeant !== true || statement.data?.predicateType.startsWith(ofProvenance) !== true) {
      throw unverified('its provenance is that of another package')
    }
  }
}

/** Sigstore's certificates and keys: of a file, or of its own repository, whose root comes with the package that reads it. */
export async function readTrustedRoot(file: string | undefined, cache: string): Promise<TrustedRoot> {
  if (file === undefined) {
    const { getTrustedRoot } = await import('@sigstore/tuf')
    return await getTrustedRoot({ cachePath: cache }).catch((cause: unknown) => {
      throw new GantryError(
        'unavailable',
        "Sigstore's keys cannot be fetched, so nothing was installed: check the network, or give them with --trusted-root.",
        { cause },
      )
    })
  }
  try {
    return TrustedRoot.fromJSON(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new GantryError('invalid', "The file is no trusted root of Sigstore's, or cannot be read.", {
      path: file,
      cause,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
