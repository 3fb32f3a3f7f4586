import type { Socket } from 'node:net'

/**
 * Ends a connection with an RST, as one that is lost: what is pending is not sent. Node's `resetAndDestroy` sends it and a
 * FIN first, and where the socket is destroyed before the FIN is confirmed it loses the handle: the process never exits.
 */
export function resetSocket(socket: Socket, error?: Error): void {
  // Once a FIN is on its way libuv refuses to reset.
  if (!socket.writableEnded) Object.assign(socket, { resetAndClosing: true })
  socket.destroy(error)
}
