import { gateway } from '../../src/systems/gateway/index.ts'
import { testDefects } from '../support/defect-matrix.ts'

testDefects(gateway)
