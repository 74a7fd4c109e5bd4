/**
 * Keeps what a hub gave for an open, so that one that was interrupted goes on as the same open, in another process too. A grant
 * reads what is stored, encrypted, for an hour at most; what opens it is not in it.
 */
export interface OpenGrants {
  /** The last one that was kept for a share, which is named by the URL of its link without the key. */
  find(share: string): Promise<string | undefined>
  save(share: string, grant: string): Promise<void>
}

/** Forgets with its instance. */
export function memoryGrants(): OpenGrants {
  const grants = new Map<string, string>()
  return {
    find: async (share) => grants.get(share),
    save: async (share, grant) => void grants.set(share, grant),
  }
}
