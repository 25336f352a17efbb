export { exchangeFaults } from './faults.ts'
