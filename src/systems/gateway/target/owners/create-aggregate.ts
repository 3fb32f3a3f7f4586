import type { OwnerStage } from '../pipeline/stages.ts'
import type { Aggregate } from './aggregate.ts'
import type { NameLookup } from './lookups.ts'
import { StoreTotals } from './store-totals.ts'
import { TopItems } from './top-items.ts'
import { TopUsers } from './top-users.ts'

export function createAggregate(stage: OwnerStage, menu?: NameLookup): Aggregate {
  switch (stage) {
    case 'top-items':
      return new TopItems(menu)
    case 'store-totals':
      return new StoreTotals()
    case 'top-users':
      return new TopUsers()
  }
}
