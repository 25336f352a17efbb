export { randomSettlement, type RandomSettlement } from './random-settlement.ts'
export { sharingRuleSuite } from './sharing-rule-suite.ts'
export { seededDice, syntheticNetWh, syntheticTown, type Dice } from './synthetic-community.ts'
