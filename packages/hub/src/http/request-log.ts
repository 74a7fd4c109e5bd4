/** What is told of a request: no ids, paths, tokens, queries or addresses. */
export interface RequestLog {
  readonly method: string
  /** The pattern of the route, e.g. `/v1/shares/{id}/open`; `-` where there is none. */
  readonly route: string
  readonly status: number
  /** Of the body that came, and of the one that went. */
  readonly received: number
  readonly sent: number
  readonly ms: number
}
