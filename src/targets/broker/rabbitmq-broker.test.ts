import { describe } from 'vitest'
import { findSharedRabbitmq } from '../../../test/support/rabbitmq.ts'
import { testBroker } from './broker.contract.ts'
import { openRabbitmqBroker } from './rabbitmq-broker.ts'

const url = await findSharedRabbitmq()

describe.skipIf(!url)('the RabbitMQ broker', () => testBroker(() => openRabbitmqBroker(String(url), { log: () => {} })))
