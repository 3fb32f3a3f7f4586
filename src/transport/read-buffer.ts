/** All sockets of a thread read into it, one after the other: what is to be kept must be copied. */
export const readBuffer = Buffer.allocUnsafeSlow(65_536)

/** Copies are cut from a larger piece: to make memory for each costs as much as to parse what is in it. */
const pieceBytes = 65_536
let piece = Buffer.allocUnsafeSlow(pieceBytes)
let used = 0

/** What was read, for whoever may keep it for a while. */
export function copyRead(length: number): Buffer {
  if (length > pieceBytes - used) {
    piece = Buffer.allocUnsafeSlow(pieceBytes)
    used = 0
  }
  const copy = piece.subarray(used, used + length)
  readBuffer.copy(copy, 0, 0, length)
  used += length
  return copy
}
