/** Colours of the few places that matter; identity functions where the output shows none. */
export interface Paint {
  good(text: string): string
  bad(text: string): string
  doubtful(text: string): string
  strong(text: string): string
  dim(text: string): string
}
