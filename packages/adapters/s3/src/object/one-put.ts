/** Longest body of one PUT. */
export const longestPut = 5 * 1024 ** 3

/** What a service without uploads in parts takes. */
export const fitting =
  'what is of unknown length must fit into one part (a larger partSize may help), and anything else into 5 GiB.'
