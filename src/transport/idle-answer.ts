/** No server needs more for it. */
const longestHead = 4096

const wholeHead = /^HTTP\/1\.[01] 408(?: [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n$/
const starts = ['HTTP/1.0 408', 'HTTP/1.1 408']
/** Says that a body follows. */
const announcesBody = /\r\n(?:content-length:[ \t]*0*[1-9]|transfer-encoding:)/i

/**
 * Whether bytes that came while no request was under way are a 408: what servers say before they close a connection on
 * which no request came in time (RFC 9110, 15.5.9). It is about that connection and nobody's data, but only as a
 * head: a body might hold anything. `begun`: what comes next decides.
 */
export function readIdleAnswer(bytes: Buffer): 'whole' | 'begun' | undefined {
  const text = bytes.toString('latin1')
  if (announcesBody.test(text) || text.length > longestHead) return undefined
  if (wholeHead.test(text)) return 'whole'
  if (text.includes('\r\n\r\n')) return undefined
  return starts.some((start) => start.startsWith(text) || text.startsWith(start)) ? 'begun' : undefined
}
