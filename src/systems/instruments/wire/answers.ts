import { readFields, readText, readUserId } from './read-fields.ts'

/*
 * Answers and notices of the server, as far as a client looks at them. What is missing stays undefined; ids of users may
 * stand in any of them.
 */

export interface SessionInfo {
  readonly sessionId: string | undefined
  readonly userId: string | undefined
}

export function parseSessionInfo(value: unknown): SessionInfo {
  const fields = readFields(value)
  return { sessionId: readUserId(fields['session_id']), userId: readUserId(fields['user_id']) }
}

/** `agent_status`, `agent_connection_status`, `ack_start_…`, `consent_logged`. */
export interface StatusAnswer {
  readonly status: string | undefined
  readonly message: string | undefined
  readonly userId: string | undefined
  /** Of `agent_connection_status`, where the server says it. */
  readonly connected: boolean | undefined
}

export function parseStatus(value: unknown): StatusAnswer {
  const fields = readFields(value)
  const { connected } = fields
  return {
    status: readText(fields['status']),
    message: readText(fields['message']),
    userId: readUserId(fields['user_id']),
    connected: typeof connected === 'boolean' ? connected : undefined,
  }
}

/** Whether a status or connection status says that the agent is there; undefined where it says neither. */
export function saysConnected({ status, connected }: StatusAnswer): boolean | undefined {
  if (connected !== undefined) return connected
  return status === 'connected' ? true : status === 'disconnected' ? false : undefined
}

export interface FileAnswer {
  readonly filename: string | undefined
  readonly error: string | undefined
  readonly message: string | undefined
}

export function parseFileAnswer(value: unknown): FileAnswer {
  const fields = readFields(value)
  return {
    filename: readText(fields['filename']),
    error: readText(fields['error']),
    message: readText(fields['message']),
  }
}

export interface ExportAnswer {
  readonly status: string | undefined
  readonly data: string | undefined
  readonly message: string | undefined
}

export function parseExportAnswer(value: unknown): ExportAnswer {
  const fields = readFields(value)
  return { status: readText(fields['status']), data: readText(fields['data']), message: readText(fields['message']) }
}
