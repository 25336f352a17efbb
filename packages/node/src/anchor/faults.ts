import type { FaultTexts } from '@tri/units'

export const nodeAnchorFaults = {
  'anchor-settings-unusable': {
    en: '{path} does not name an anchor: look at {reason}. See docs/anchor.md.',
    it: '{path} non indica un’ancora: controlla {reason}. Vedi docs/anchor.md.',
  },
  'anchor-vote-unusable': {
    en: 'This is not a steward’s vote for the checkpoint at height {height}: {vote}',
    it: 'Questo non è il voto di un custode per il punto fermo all’altezza {height}: {vote}',
  },
  'anchor-key-absent': {
    en: 'This box holds no anchor key: put it into anchor.json.',
    it: 'Questo nodo non ha una chiave d’ancora: mettila in anchor.json.',
  },
} as const satisfies FaultTexts
