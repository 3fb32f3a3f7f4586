import { describe } from 'vitest'
import { testBroker } from './broker.contract.ts'
import { createEmbeddedBroker } from './embedded-broker.ts'

describe('the embedded broker', () => testBroker(async () => createEmbeddedBroker()))
