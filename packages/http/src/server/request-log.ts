/** What is told of a request: no ids, UIDs, paths, queries, tokens or addresses. */
export interface RequestLog {
  readonly method: string
  /** The pattern of the route, e.g. `/studies/{study}/metadata`; `-` where there is none. */
  readonly route: string
  /** 499: whoever asked went before the answer was over. */
  readonly status: number
  /** Of the body that came, and of the one that went. */
  readonly received: number
  readonly sent: number
  readonly ms: number
}
