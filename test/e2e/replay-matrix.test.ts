import { replay } from '../../src/systems/replay/index.ts'
import { testDefects } from '../support/defect-matrix.ts'

testDefects(replay)
