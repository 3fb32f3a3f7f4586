import { expect, it } from 'vitest'
import { openBroker } from './open-broker.ts'

it('the embedded broker says what it does not promise', async () => {
  const said: string[] = []
  const broker = await openBroker('embedded', { log: (message) => said.push(message) })
  await broker.close()
  expect(said).toEqual([expect.stringMatching(/lost/)])
})

it('a broker that does not answer is a clear error without the password', async () => {
  const opening = openBroker('amqp://user:secret@127.0.0.1:1/', { log: () => {} })
  await expect(opening).rejects.toMatchObject({
    code: 'broker-unreachable',
    message: expect.stringMatching(/^no RabbitMQ answers at amqp:\/\/user@127\.0\.0\.1:1\/: .*ECONNREFUSED/),
    hint: expect.any(String),
  })
})

it.each(['http://127.0.0.1', 'rabbit', 'amqp//x', ''])('"%s" is no broker', async (url) => {
  await expect(openBroker(url, { log: () => {} })).rejects.toMatchObject({ code: 'bad-broker-url' })
})
