/** Whether a host, as URLs or as sockets have it, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/u.test(host)
}

/** Whether secrets may go there: over TLS, or within this machine; never in the clear across a network. */
export function isPrivateRoad({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
