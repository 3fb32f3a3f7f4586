import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { everyTick, quietMs, serveStreamRounds, streamSpeed } from './stream-round.ts'

/** Serves rounds in which viewers know of nothing but `ws`, and give each message to `take`. */
export function watchBare(take: (message: Buffer) => void): void {
  serveStreamRounds(async ({ url, viewers }, meter) => {
    let received = 0
    const ticks = everyTick(() => meter.tick(received))
    await delay(quietMs)
    const sockets = await Promise.all(Array.from({ length: viewers }, () => open(url)))
    for (const socket of sockets) {
      socket.on('message', (message: Buffer) => {
        received++
        take(message)
      })
    }
    const result = await meter.done
    clearInterval(ticks)
    for (const socket of sockets) socket.terminate()
    return result
  })
}

/** A socket on a session of its own that plays. */
async function open(url: string): Promise<WebSocket> {
  const post = (path: string) => fetch(`${url}${path}`, { method: 'POST' })
  const { session_id: session } = (await (await post('/sessions/create')).json()) as { session_id: string }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?session_id=${session}`, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  await post(`/replay/speed/${streamSpeed}/${session}`)
  await post(`/replay/start/${session}`)
  return socket
}
