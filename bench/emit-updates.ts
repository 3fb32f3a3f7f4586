import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'

/*
 * A child of the Socket.IO benchmark: sends each client that asks with `go` all updates that the parent has brought, and
 * then `done`. It tells its port when it is ready.
 */
const http = createServer()
const io = new Server(http, { serveClient: false, pingInterval: 60_000 })
let updates: readonly unknown[] = []
process.on('message', (message: { readonly updates: readonly unknown[] }) => {
  updates = message.updates
  process.send?.({ loaded: updates.length })
})
io.on('connection', (socket) => {
  socket.on('go', (event: string) => {
    for (const update of updates) socket.emit(event, update)
    socket.emit('done', {})
  })
})
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }))
