/** All sockets of a thread read into it, one after the other: what is to be kept must be copied. */
export const readBuffer = Buffer.allocUnsafeSlow(65_536)
