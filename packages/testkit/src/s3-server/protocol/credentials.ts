export interface S3Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** With it the credential is a temporary one: every request must carry the token. */
  readonly sessionToken?: string
  /** From then on requests are answered ExpiredToken. */
  readonly expiration?: Date
  /** `read` is refused everything that writes, with AccessDenied. Default: `write`. */
  readonly access?: 'read' | 'write'
}
