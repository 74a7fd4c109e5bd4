/** What a service said why, wherever in the causes it is; of one that failed by itself, that. */
export function reasonOf({ cause }: Error): string | undefined {
  const { reason, status } = (cause ?? {}) as { readonly reason?: unknown; readonly status?: unknown }
  if (typeof reason === 'string') return reason
  if (typeof status === 'number' && status >= 500) return 'server_fault'
  return cause instanceof Error ? reasonOf(cause) : undefined
}
