import type { Gateway } from '../gateway.ts'
import { AcknowledgedProtocol } from './acknowledged-protocol.ts'
import type { ClientSocket } from './client-socket.ts'
import { SequencedProtocol } from './sequenced-protocol.ts'
import { StreamedProtocol } from './streamed-protocol.ts'
import type { UploadProtocol } from './upload-protocol.ts'

export function createProtocol(gateway: Gateway, client: ClientSocket, address: string): UploadProtocol {
  switch (gateway.settings.dialect) {
    case 'acknowledged':
      return new AcknowledgedProtocol(gateway, client, address)
    case 'streamed':
      return new StreamedProtocol(gateway, client, address)
    case 'sequenced':
      return new SequencedProtocol(gateway, client, address)
  }
}
