import { AcknowledgedProtocol } from './acknowledged-protocol.ts'
import { SequencedProtocol } from './sequenced-protocol.ts'
import { StreamedProtocol } from './streamed-protocol.ts'
import type { ClientConnection, UploadProtocol } from './upload-protocol.ts'

export function createProtocol(connection: ClientConnection): UploadProtocol {
  switch (connection.gateway.settings.dialect) {
    case 'acknowledged':
      return new AcknowledgedProtocol(connection)
    case 'streamed':
      return new StreamedProtocol(connection)
    case 'sequenced':
      return new SequencedProtocol(connection)
  }
}
