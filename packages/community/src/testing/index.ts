export { anyCommunity } from './arbitrary-community.ts'
export { keyValueSuite, type OpenStore } from './key-value-suite.ts'
export { refounding } from './refounding-act.ts'
export {
  PROVA_CHARTER,
  TEST_LEAF_SECRET,
  prova,
  seededKey,
  sketchedMember,
  unblinded,
  type Sketch,
} from './prova.ts'
export {
  JUNE_MS,
  MAY,
  applied,
  foundingOf,
  proposing,
  stageFor,
  states,
  stewardsNamed,
  told,
  type Played,
  type Stage,
  type Told,
} from './stage.ts'
