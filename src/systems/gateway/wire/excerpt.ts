/** The first bytes of a message for people: as text where all of them print, else in hexadecimal. */
export function excerptBytes(bytes: Uint8Array): string {
  const first = Buffer.from(bytes.subarray(0, 80))
  const prints = first.every(
    (byte) => byte === 0x0a || byte === 0x0d || byte === 0x09 || (byte >= 0x20 && byte !== 0x7f),
  )
  return prints ? first.toString('utf8') : first.toString('hex')
}
