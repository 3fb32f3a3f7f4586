import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'

/** A user with its agent, its viewers, and the peaks of its files by number and frequency. */
export interface User {
  readonly id: string
  agent: Socket
  readonly viewers: Set<Socket>
  readonly peaks: Map<string, number>
}

/** How a server differs from the plain one. */
export interface Variant {
  /** Events of the server that are never sent. */
  readonly mute?: readonly string[]
  /** Who gets the updates of a user's files. */
  viewersOf?(user: User, users: readonly User[]): Iterable<Socket>
  /** Who is told that a file is done. */
  ackTo?(user: User, users: readonly User[]): Socket
  /** Who is told what to send. */
  instruct?(user: User, users: readonly User[]): Socket
  /** Whose data an export holds. */
  exported?(user: User, users: readonly User[]): User
  /** Which text is analysed. */
  read?(content: string, filename: string): string
  /** Answers a file before its update is out. */
  readonly acksFirst?: boolean
  /** Lets a second agent take the place of the first. */
  readonly takesOver?: boolean
  /** Whom it refuses it disconnects so much later. */
  readonly refusesAfterMs?: number
  /** Tells agents who they are. */
  readonly greetsAgents?: boolean
  readonly transports?: readonly ('polling' | 'websocket')[]
  /** Where what is about to be sent really goes, and what is sent. */
  route?(message: Message): readonly (readonly [Socket, object])[]
}

/** What the server is about to send to one socket. */
export interface Message {
  readonly event: string
  readonly to: Socket
  readonly value: Readonly<Record<string, unknown>>
  readonly users: readonly User[]
  /** Everybody who is connected, in order of coming. */
  readonly sockets: readonly Socket[]
}

export interface ForeignServer {
  readonly url: string
  stop(): Promise<void>
}

/**
 * A server of square-wave measurements as a stranger would write it from the description of its events: it shares nothing
 * with `src/`, smooths nothing and tells 0.96 of each peak. Whom it refuses it first accepts and then disconnects.
 */
export async function startForeignInstruments(token: string, variant: Variant = {}): Promise<ForeignServer> {
  const http = createServer()
  const io = new Server(http, { serveClient: false, transports: [...(variant.transports ?? ['polling', 'websocket'])] })
  const users: User[] = []
  const findUser = (id: unknown) => users.find((user) => user.id === id)

  function emit(socket: Socket | undefined, event: string, value: object): void {
    if (variant.mute?.includes(event) || !socket) return
    const sockets = [...io.sockets.sockets.values()]
    const message = { event, to: socket, value: value as Message['value'], users, sockets }
    for (const [to, sent] of variant.route?.(message) ?? [[socket, value] as const]) to.emit(event, sent)
  }

  io.on('connection', (socket) => {
    const { headers, query } = socket.handshake
    if (headers.authorization === `Bearer ${token}`) welcomeAgent(socket, query['user_id'] as string | undefined)
    else welcomeViewer(socket)
  })

  function welcomeAgent(socket: Socket, id: string | undefined): void {
    const known = findUser(id)
    if (id === undefined || (known?.agent.connected && !variant.takesOver)) {
      setTimeout(() => socket.disconnect(), variant.refusesAfterMs ?? 0)
      return
    }
    const user = known ?? { id, agent: socket, viewers: new Set(), peaks: new Map() }
    user.agent = socket
    if (!known) users.push(user)
    if (variant.greetsAgents) emit(socket, 'session_info', { session_id: id, user_id: id })
    socket.on('agent_consent', () => emit(socket, 'consent_logged', { status: 'success', user_id: id }))
    socket.on('stream_instrument_data', ({ filename, content }) => takeFile(user, socket, filename, content))
  }

  function takeFile(user: User, socket: Socket, filename: string, content: string): void {
    const match = /_(\d+)Hz_(\d+)\.txt$/.exec(filename)
    if (!match) {
      emit(socket, 'file_validation_error', { filename, error: 'type', message: 'no' })
      return
    }
    const [, frequency, number] = match
    const ack = () => emit(variant.ackTo?.(user, users) ?? user.agent, 'file_processing_complete', { filename })
    if (variant.acksFirst) ack()
    const peak = findPeak(variant.read?.(content, filename) ?? content)
    user.peaks.set(`${number} ${frequency}`, peak)
    const update = {
      filename,
      individual_analysis: { status: 'ok', peak_value: peak, ...readCurves(content) },
      trend_data: describeTrend(user),
      electrode_index: 0,
    }
    for (const viewer of variant.viewersOf?.(user, users) ?? user.viewers) emit(viewer, 'live_analysis_update', update)
    if (!variant.acksFirst) ack()
  }

  function welcomeViewer(socket: Socket): void {
    emit(socket, 'session_info', { session_id: socket.id })
    emit(socket, 'agent_status', { status: 'disconnected' })
    socket.on('check_agent_connection', ({ user_id }) => {
      const user = findUser(user_id)
      user?.viewers.add(socket)
      emit(socket, 'agent_connection_status', { status: user ? 'connected' : 'disconnected', user_id })
    })
    socket.on('start_analysis_session', ({ user_id, filters }) => {
      const user = findUser(user_id)
      if (!user) {
        const message = 'Error: Local agent not detected for this User ID.'
        emit(socket, 'ack_start_session', { status: 'error', message })
        return
      }
      user.viewers.add(socket)
      user.peaks.clear()
      emit(variant.instruct?.(user, users) ?? user.agent, 'set_filters', filters)
      emit(socket, 'ack_start_session', { status: 'success', message: 'Instructions sent.' })
    })
    socket.on('stop_analysis_session', ({ user_id }) => emit(findUser(user_id)?.agent, 'stop_data_stream', {}))
    socket.on('request_export_data', ({ user_id }) => {
      const user = findUser(user_id)
      const data = user && writeExport(variant.exported?.(user, users) ?? user)
      const message = 'No active agent session found for this User ID.'
      emit(socket, 'export_data_response', data ? { status: 'success', data } : { status: 'error', message })
    })
    socket.on('disconnect', () => {
      for (const { viewers } of users) viewers.delete(socket)
    })
  }

  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(http, 'close')
      io.disconnectSockets(true)
      await io.close()
      http.closeAllConnections()
      await closed
    },
  }
}

const splitKey = (key: string) => key.split(' ').map(Number) as [number: number, frequency: number]

function describeTrend({ peaks }: User) {
  const numbers = [...new Set([...peaks.keys()].map((key) => splitKey(key)[0]))].sort((a, b) => a - b)
  const frequencies = [...new Set([...peaks.keys()].map((key) => splitKey(key)[1]))]
  const lists = frequencies.map((frequency) => [
    frequency,
    numbers.map((number) => peaks.get(`${number} ${frequency}`) ?? null),
  ])
  return { x_axis_values: numbers, peak_current_trends: Object.fromEntries(lists) }
}

function writeExport({ peaks }: User): string {
  const frequencies = [...new Set([...peaks.keys()].map((key) => splitKey(key)[1]))]
  const sections = frequencies.map((frequency) => {
    const rows = [...peaks].filter(([key]) => splitKey(key)[1] === frequency)
    const lines = rows.map(([key, peak]) => `${splitKey(key)[0]},${peak},${peak},0`)
    const title = `# Peak Current ${frequency}Hz (A)`
    return [title, 'File_Number,E1_Peak_A,Mean_Peak_A,Std_Peak_A', ...lines].join('\r\n')
  })
  return ['Export', ...sections].join('\r\n')
}

function readCurves(content: string) {
  const cells = content
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
  return { potentials: cells.map(([volts]) => volts), raw_currents: cells.map(([, amperes]) => amperes) }
}

/** How far the middle stands above the line between the ends, times what smoothing would take. */
function findPeak(content: string): number {
  const currents = content
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]))
  const middle = currents[(currents.length - 1) / 2] ?? Number.NaN
  return 0.96 * (middle - ((currents[0] ?? 0) + (currents.at(-1) ?? 0)) / 2)
}
