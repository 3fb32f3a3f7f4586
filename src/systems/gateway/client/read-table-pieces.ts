/**
 * Cuts a CSV file into texts of about `pieceBytes`, each with the file's header and whole lines, so that a file of any
 * size needs little memory. Fields must hold no line breaks. A file with nothing but a header is one piece; an empty
 * file is one empty piece. `onChunk` sees every byte once, before it is parsed.
 */
export async function* readTablePieces(
  chunks: AsyncIterable<Buffer>,
  pieceBytes: number,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<string> {
  let header = ''
  let pieces = 0
  let held: Buffer[] = []
  let size = 0
  const cut = (end: number): string => {
    const bytes = Buffer.concat(held)
    held = [bytes.subarray(end)]
    size = bytes.length - end
    const text = bytes.toString('utf8', 0, end)
    if (pieces++ > 0) return header + text
    header = text.slice(0, text.indexOf('\n') + 1)
    return text
  }
  for await (const chunk of chunks) {
    onChunk(chunk)
    const newline = chunk.lastIndexOf(0x0a)
    const end = size + newline + 1
    held.push(chunk)
    size += chunk.length
    if (size >= pieceBytes && newline >= 0) yield cut(end)
  }
  if (size > 0 || pieces === 0) yield cut(size)
}
