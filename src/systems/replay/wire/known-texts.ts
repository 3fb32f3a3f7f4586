/** So many are kept: as many viewers as may watch fast, with a name of a session each, and what all of them share. */
const places = 1024
const longest = 64

/** Short texts that came before, so that the same bytes need not be made a string each time. */
export class KnownTexts {
  private readonly texts: (string | undefined)[] = new Array(places).fill(undefined)

  /** The bytes are ASCII. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length === 0 || length > longest) return bytes.toString('latin1', start, end)
    const place = placeOf(bytes, start, end)
    const known = this.texts[place]
    if (known !== undefined && isText(known, bytes, start, length)) return known
    const text = bytes.toString('latin1', start, end)
    this.texts[place] = text
    return text
  }
}

function placeOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start
  const from = end - start > 6 ? end - 6 : start
  for (let i = from; i < end; i++) hash = Math.imul(hash, 31) + (bytes[i] as number)
  return (hash ^ (hash >>> 10)) & (places - 1)
}

function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
