export { vaultFaults } from './faults.ts'
