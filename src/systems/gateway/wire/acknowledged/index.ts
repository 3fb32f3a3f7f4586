import type { Dialect } from '../dialect.ts'
import { AcknowledgedMessageDecoder } from './server-messages.ts'
import { AcknowledgedEncoder, AcknowledgedUploadDecoder } from './upload.ts'

/** One answer after every frame; results as lines of JSON on the same socket (systems/gateway.md §3.1 of the design). */
export const acknowledged: Dialect = {
  name: 'acknowledged',
  defaultPort: 12345,
  createEncoder: () => new AcknowledgedEncoder(),
  createUploadDecoder: (limits) => new AcknowledgedUploadDecoder(limits),
  createServerMessageDecoder: (limits) => new AcknowledgedMessageDecoder(limits),
}
