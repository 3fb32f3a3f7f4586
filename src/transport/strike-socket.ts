import type { Socket } from 'node:net'
import type { Recorder } from '../core/client.ts'
import type { ConnectionFault } from '../core/fault.ts'
import { ReadValve } from './read-valve.ts'
import { resetSocket } from './reset-socket.ts'

/** The connection whose socket is struck. */
export interface StruckConnection {
  readonly socket: Socket
  readonly recorder: Recorder
  /** The recorder's number of it. */
  readonly number: number
  /** From now on this side is why the connection ends, if it does. */
  noteBreak(): void
  /** What the socket is destroyed with, where whoever uses it must be told of an error. */
  readonly error?: Error
}

/** So often a slow reader looks whether it may read on. */
const readEveryMs = 20

/**
 * Does to a socket what a network or a dying process would do, below all that uses it. False: it does not stand. The
 * properties of the one socket that is struck hide those of its class; sockets that are not struck cost nothing.
 */
export function strikeSocket(connection: StruckConnection, fault: ConnectionFault): boolean {
  const { socket } = connection
  if (socket.connecting || socket.destroyed || !socket.writable) return false
  switch (fault.kind) {
    case 'cancel':
      afterNextWrite(socket, () => breakOff(connection, fault, false))
      return true
    case 'half-close':
      record(connection, fault)
      connection.noteBreak()
      socket.end()
      endAfter(connection, fault.lastsMs)
      return true
    case 'reset':
    case 'reconnect-storm':
      breakOff(connection, fault, true)
      return true
    case 'slow-reader':
      record(connection, fault)
      readSlowly(socket, fault)
      return true
    case 'silent-drop':
      record(connection, fault)
      fallSilent(connection, fault.lastsMs)
      return true
  }
}

function record({ recorder, number }: StruckConnection, { kind, rule }: ConnectionFault): void {
  recorder.fault(number, kind, { rule })
}

function breakOff(connection: StruckConnection, fault: ConnectionFault, isReset: boolean): void {
  const { socket, error } = connection
  if (socket.destroyed) return
  record(connection, fault)
  connection.noteBreak()
  if (isReset) resetSocket(socket, error)
  else socket.destroy(error)
}

type Written = (error?: Error | null) => void

/** Acts when what is written next has left this process. */
function afterNextWrite(socket: Socket, act: () => void): void {
  const { _write: write, _writev: writeAll } = socket
  const then = (done: Written): Written => {
    Object.assign(socket, { _write: write, _writev: writeAll })
    return (error) => {
      done(error)
      setImmediate(act)
    }
  }
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, then(done))
  socket._writev = (chunks, done) => writeAll?.call(socket, chunks, then(done))
}

function readSlowly(socket: Socket, { lastsMs, bytesPerSecond }: ConnectionFault): void {
  const valve = new ReadValve(socket)
  const startedAt = performance.now()
  const readBefore = socket.bytesRead
  const look = () => {
    const passedMs = performance.now() - startedAt
    const isOver = passedMs >= lastsMs || socket.destroyed
    if (isOver) end()
    if (isOver || socket.bytesRead - readBefore < (passedMs * bytesPerSecond) / 1000) valve.open()
    else valve.shut()
  }
  const timer = setInterval(look, readEveryMs)
  const end = () => {
    clearInterval(timer)
    Reflect.deleteProperty(socket, 'emit')
  }
  // Every chunk is told by one of these, and many may come between two looks.
  const { emit } = socket
  socket.emit = (event: string | symbol, ...rest: unknown[]) => {
    const isHeard = Reflect.apply(emit, socket, [event, ...rest])
    if (event === 'data' || event === 'readable') look()
    return isHeard
  }
  valve.shut()
  socket.prependOnceListener('close', end)
}

/** Whoever writes believes that it has left, as with a network cable that is pulled. */
function fallSilent(connection: StruckConnection, lastsMs: number): void {
  const { socket } = connection
  new ReadValve(socket).shut()
  socket._write = (_chunk, _encoding, done) => done()
  socket._writev = (_chunks, done) => done()
  socket._final = (done) => done()
  endAfter(connection, lastsMs)
}

/** Ends what the other side, or whoever uses the connection, has not ended by then. */
function endAfter({ socket, noteBreak, error }: StruckConnection, limitMs: number): void {
  const timer = setTimeout(() => {
    noteBreak()
    socket.destroy(error)
  }, limitMs)
  socket.once('close', () => clearTimeout(timer))
}
