declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the real servers of this run. */
    gantryServers: string
  }
}

/** What the set-up of a run hands to its test files under. */
export const brokerKey = 'gantryServers'
