import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startTcpServer, type TcpServer } from './start-tcp-server.ts'

describe('a TCP server', () => {
  const servers: TcpServer[] = []
  const start = async (accept: (socket: Socket) => void, port = 0) => {
    const server = await startTcpServer({ host: '127.0.0.1', port, accept })
    servers.push(server)
    return server
  }
  const client = async ({ port }: TcpServer) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return socket
  }
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop({ finish: () => {}, limitMs: 0 }))))

  it('tells the port it was given', async () => {
    const server = await start((socket) => socket.once('data', () => socket.end('bye')))
    expect(server.port).toBeGreaterThan(0)
    const socket = await client(server)
    socket.end('hello')
    const [data] = await once(socket, 'data')
    expect(String(data)).toBe('bye')
  })

  it('answers a client that has already ended its side', async () => {
    const server = await start((socket) => socket.resume().once('end', () => socket.end('late answer')))
    const socket = await client(server)
    socket.end()
    const [data] = await once(socket, 'data')
    expect(String(data)).toBe('late answer')
  })

  it('lives on when a client resets', async () => {
    const server = await start((socket) => socket.resume())
    const socket = await client(server)
    socket.resetAndDestroy()
    await once(socket, 'close')
    const next = await client(server)
    next.destroy()
  })

  it('finishes its connections when it stops, and destroys what does not end in time', async () => {
    const greeted: Socket[] = []
    const server = await start((socket) => greeted.push(socket.resume()) && socket.write('hello'))
    const polite = await client(server)
    const stubborn = await client(server)
    await Promise.all([once(polite, 'data'), once(stubborn, 'data')])
    polite.on('end', () => polite.end())
    await server.stop({ finish: (socket) => socket.end('stopping'), limitMs: 50 })
    expect(greeted.map(({ destroyed }) => destroyed)).toEqual([true, true])
    stubborn.destroy()
    const late = connect(server.port, '127.0.0.1')
    expect(await once(late, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])
  })

  it('says what to do when its address is taken', async () => {
    const server = await start(() => {})
    await expect(start(() => {}, server.port)).rejects.toMatchObject({ code: 'cannot-listen', hint: /another port/ })
  })
})
