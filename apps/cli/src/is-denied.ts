/** Whether the system refused it to this user: some say so by one code, some by the other. */
export function isDenied({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EACCES' || code === 'EPERM'
}
