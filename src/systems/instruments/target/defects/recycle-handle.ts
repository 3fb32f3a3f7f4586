import type { ConnectedViewer, InstrumentsServer } from '../instruments-server.ts'

/** `recycled-handle`: what was on its way to a viewer that has left comes out of the place that the next one takes. */
export function noteUpdate({ defect, shared }: InstrumentsServer, userId: string, event: string, update: object): void {
  if (defect.acts('recycled-handle')) shared.lastUpdates.set(userId, { event, update })
}

export function recycleHandle({ shared }: InstrumentsServer, { userId }: ConnectedViewer): void {
  if (userId !== undefined) shared.lateUpdate = shared.lastUpdates.get(userId) ?? shared.lateUpdate
}

export function sendLate({ shared }: InstrumentsServer, { socket }: ConnectedViewer): void {
  if (!shared.lateUpdate) return
  socket.emit(shared.lateUpdate.event, shared.lateUpdate.update)
  shared.lateUpdate = undefined
}
