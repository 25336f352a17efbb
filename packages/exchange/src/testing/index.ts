export { seededDice, syntheticNetWh, syntheticTown, type Dice } from './synthetic-community.ts'
