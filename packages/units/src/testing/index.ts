export { law, lawSeed, type LawOptions } from './law.ts'
