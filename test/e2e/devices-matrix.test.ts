import { devices } from '../../src/systems/devices/index.ts'
import { testDefects } from '../support/defect-matrix.ts'

testDefects(devices)
