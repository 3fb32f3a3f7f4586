import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import { parseOrder } from '../../wire/stream-messages.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'

/** What may rest on one side of a market: far more than a viewer needs, and little enough to compute with. */
const maxResting = 1_000_000

/** Takes what a viewer sends over its stream: an order, which changes a simulated market and nothing else. */
export function takeMessage(server: ReplayServer, session: Session, socket: ServerSocket, text: string): void {
  session.lastActivityMs = Date.now()
  const order = parseOrder(text)
  if (!order) {
    refuse(socket, 'expected {"type":"ORDER","side":"BUY" or "SELL","quantity":a number above 0}')
    return
  }
  const { orders } = session.track
  if (!orders) return
  if (orders.on(order.side) + order.quantity > maxResting) {
    refuse(socket, `at most ${maxResting} may rest on one side`)
    return
  }
  orders.add(order.side, order.quantity)
  server.totals.orders++
  server.log.info('order', { clientId: session.id, side: order.side, quantity: order.quantity })
}

function refuse(socket: ServerSocket, message: string): void {
  socket.reply(JSON.stringify({ type: 'error', message }))
}
