import { instruments } from '../../src/systems/instruments/index.ts'
import { testDefects } from '../support/defect-matrix.ts'

testDefects(instruments)
