/** Structured lines of JSON. Whoever serves one client logs through `of`, so that each line names the client. */
export interface ServerLog {
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
  of(clientId: string): ServerLog
}

const silentLog: ServerLog = { info() {}, warn() {}, error() {}, of: () => silentLog }

/** Calls `write` once for each line, without its end. Without `write` it is silent, and pino is not even loaded. */
export async function openServerLog(write: ((line: string) => void) | undefined): Promise<ServerLog> {
  if (!write) return silentLog
  const { pino, stdTimeFunctions } = await import('pino')
  const options = {
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  }
  return wrap(pino(options, { write: (line: string) => write(line.trimEnd()) }))
}

interface Lines {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Lines
}

function wrap(lines: Lines): ServerLog {
  return {
    info: (message, fields = {}) => lines.info(fields, message),
    warn: (message, fields = {}) => lines.warn(fields, message),
    error: (message, fields = {}) => lines.error(fields, message),
    of: (clientId) => wrap(lines.child({ clientId })),
  }
}
