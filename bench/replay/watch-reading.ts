import { readStreamMessage } from '../../src/systems/replay/wire/stream-messages.ts'
import { watchBare } from './watch-bare.ts'

/*
 * A process that reads the messages of its viewers as the viewers of mcsim do, and does nothing with them.
 */
watchBare((message) => {
  if (readStreamMessage(message) === undefined) throw new Error('this is no message of a stream')
})
