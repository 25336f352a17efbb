import { memoryStore } from '../src/memory-store.ts'
import { keyValueSuite } from '../src/testing/key-value-suite.ts'

keyValueSuite('in memory', () => ({ store: memoryStore(), close: () => undefined }))
