import { watchBare } from './watch-bare.ts'

/*
 * A process that parses the messages of its viewers and does nothing with them.
 */
watchBare((message) => {
  JSON.parse(message.toString())
})
