import { McsimError } from '../../../../core/errors.ts'
import { createMemoryStore } from './memory-store.ts'
import type { SessionStore, StoreOptions } from './session-store.ts'

const connectLimitMs = 5000

/** After so long without an answer a command has failed: whoever waits for it is told so. */
const commandLimitMs = 3000

/** Opens the memory of this process, or the Redis of the URL, whose libraries are loaded only then. */
export async function openStore(redisUrl: string | undefined, options: StoreOptions): Promise<SessionStore> {
  if (redisUrl === undefined) return createMemoryStore(options)
  const { createRedisStore } = await import('./redis-store.ts')
  const store = createRedisStore(await connectRedis(redisUrl), options)
  await store.beat()
  return store
}

/** Throws a `McsimError` where nobody answers. */
export async function connectRedis(url: string) {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectLimitMs,
    commandTimeout: commandLimitMs,
    maxRetriesPerRequest: 3,
  })
  // The command that fails says what is wrong.
  redis.on('error', () => {})
  try {
    await redis.connect()
    return redis
  } catch (error) {
    redis.disconnect()
    const message = `the Redis at ${url} does not answer: ${(error as Error).message}`
    throw new McsimError({ code: 'redis-unreachable', message, hint: 'start one, or leave out --redis' })
  }
}
