import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type RabbitmqServer, rabbitmqIsInstalled, startRabbitmq } from './start-rabbitmq.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the servers that they share. */
    servicesUrl: string
  }
}

/** vitest's global set-up: one server for all test files, started when the first of them asks. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let rabbitmq: Promise<RabbitmqServer> | undefined
  const find = async (): Promise<{ url?: string }> => {
    if (process.env.AMQP_URL) return { url: process.env.AMQP_URL }
    if (!rabbitmqIsInstalled) return {}
    rabbitmq ??= startRabbitmq()
    return { url: (await rabbitmq).url }
  }
  const server = createServer((_request, response) => {
    find().then(
      (found) => response.end(JSON.stringify(found)),
      (error) => response.end(JSON.stringify({ error: String(error) })),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.provide('servicesUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.close()
    server.closeAllConnections()
    await rabbitmq?.then((started) => started.stop()).catch(() => {})
  }
}
