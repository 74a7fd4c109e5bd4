/** What a hashing thread is told. */
export type HashOrder =
  | { readonly type: 'update'; readonly id: number; readonly slot: number; readonly length: number }
  | { readonly type: 'digest' | 'drop'; readonly id: number }

/** What it answers. */
export type HashAnswer =
  | { readonly type: 'free'; readonly slot: number }
  | { readonly type: 'digest'; readonly id: number; readonly hex: string }
