export { HomeLoad } from './home-load.ts'
export { seededDice, seededVault, type SeededVault } from './seeded-vault.ts'
