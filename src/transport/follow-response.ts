import type { IncomingMessage } from 'node:http'
import { decodeBody, describeCoding, readCoding } from './decode-body.ts'
import type { TellContent } from './frame-reader.ts'

/** No more is kept of one body. */
const limitBytes = 1 << 24

/** Tells the body of a response that was chunked or compressed when it is complete, or as much of it as came. */
export function followResponse(response: IncomingMessage, tell: TellContent): void {
  const coding = readCoding(response.headers['content-encoding'], response.headers['transfer-encoding'])
  if (!coding) return
  const pieces: Buffer[] = []
  let length = 0
  let isTold = false
  response.on('data', (piece: Buffer | string) => {
    if (length < limitBytes) pieces.push(Buffer.from(piece))
    length += piece.length
  })
  const conclude = () => {
    if (isTold || pieces.length === 0) return
    isTold = true
    const content = decodeBody(Buffer.concat(pieces), coding)
    if (content) tell(content, describeCoding(coding))
  }
  response.once('end', conclude)
  response.once('aborted', conclude)
}
