/** MurmurHash3's 32-bit finaliser (public domain, Austin Appleby): every input bit changes each output bit half the time. */
export function mix32(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 32-bit hash of text, keyed by `seed`. For spreading and integrity, not for secrecy. */
export function hash32(text: string, seed = 0): number {
  let h = mix32(seed ^ 0x9e3779b9)
  for (let i = 0; i < text.length; i++) h = mix32((Math.imul(h, 31) + text.charCodeAt(i)) | 0)
  return mix32(h ^ text.length)
}
