import * as highs from 'highs'

/**
 * Starts the HiGHS solver, our yardstick. Its declarations describe the CommonJS build while Node loads the module
 * build, whose default export is the loader itself: hence the assertion.
 */
export const loadHighs = highs.default as unknown as typeof highs.default.default

export type Highs = Awaited<ReturnType<typeof loadHighs>>
