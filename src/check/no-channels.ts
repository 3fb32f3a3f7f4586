/** Of a checker that looks at no delivery. */
export const noChannels: ReadonlySet<string> = new Set()
