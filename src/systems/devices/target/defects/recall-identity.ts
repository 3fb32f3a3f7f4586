import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import type { DevicesServer } from '../devices-server.ts'

/** `identity-of-connection`: who is known by the connection is not asked again. Else it is who the request says. */
export function recallIdentity({ defect, shared }: DevicesServer, { connection }: HttpRequest, id: string): string {
  if (!defect.acts('identity-of-connection')) return id
  const first = shared.idsOfConnections.get(connection) ?? id
  shared.idsOfConnections.set(connection, first)
  return first
}
