import * as z from 'zod'

/** `/app.json`: how the app is set up by whoever serves it. */
const configSchema = z.looseObject({
  /** Services of studies, relative to the hub or elsewhere. */
  remotes: z
    .array(
      z.looseObject({
        name: z.string(),
        kind: z.enum(['dicomweb', 'cod', 'files']).default('dicomweb'),
        root: z.string(),
      }),
    )
    .default([]),
  /** How people sign in with Google, for Cloud Healthcare. */
  google: z
    .looseObject({
      clientId: z.string(),
      /** Default: Google's. A route of one's own for `token`, which adds the secret that Google wants. */
      endpoints: z.looseObject({}).optional(),
      baseUrl: z.string().default('https://healthcare.googleapis.com'),
      projectsUrl: z.string().default('https://cloudresourcemanager.googleapis.com'),
    })
    .optional(),
  /** Where the hub hands a token to its own page: on one's own machine alone. */
  session: z.string().optional(),
})
export type AppConfig = z.infer<typeof configSchema>

const nothing: AppConfig = { remotes: [] }

export async function loadConfig(): Promise<AppConfig> {
  try {
    const response = await fetch('/app.json')
    if (!response.ok) return nothing
    return configSchema.parse(await response.json())
  } catch {
    return nothing
  }
}
