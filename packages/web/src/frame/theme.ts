import { effect } from '@preact/signals'

import { preference } from '../live/preference.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const theme = preference<Theme>('theme', THEMES, 'system')

/** Keeps the document's colours equal to the choice; `system` leaves them to the browser. */
export function applyTheme(): () => void {
  return effect(() => {
    const { dataset } = document.documentElement
    if (theme.value === 'system') delete dataset['theme']
    else dataset['theme'] = theme.value
  })
}
