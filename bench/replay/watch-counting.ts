import { watchBare } from './watch-bare.ts'

/*
 * A process that counts the messages of its viewers and does not look into them.
 */
watchBare(() => {})
